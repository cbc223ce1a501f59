import { rmSync, writeFileSync } from "node:fs";
import { type JestRun, reportFile, runJest } from "./jest-run.js";
import { type JestReport, outcomesOf } from "./outcome.js";

// More than that is no machine that was busy for a moment.
const mostFiles = 3;

/** A run after its failed files had a second one, and what only that one passed. */
export interface SecondRun {
  readonly run: JestRun;
  /** Titles, each with what had failed. */
  readonly flaky: readonly string[];
}

/**
 * Runs the few files that failed once more: where real processes share two cores with a whole build, one of thousands of
 * tests may miss a deadline of seconds. What fails twice has failed; what does not is told by name, so that it gets mended.
 */
export async function runFailedAgain(run: JestRun): Promise<SecondRun> {
  const failed = run.outcomes.filter(({ status }) => status === "failed");
  const files = [...new Set(failed.map(({ file }) => file))];
  if (files.length === 0 || files.length > mostFiles) return { run, flaky: [] };

  const name = "jest-again";
  const again = await runJest({ name, args: ["--runTestsByPath", ...files] });
  rmSync(reportFile(name)); // it is part of the first one now
  const report = withResultsOf(run.report, again.report);
  writeFileSync(reportFile("jest"), JSON.stringify(report));
  const titles = new Set(again.outcomes.filter(({ status }) => status === "passed").map(({ title }) => title));
  const flaky = failed.filter(({ title }) => titles.has(title)).map(({ title, detail }) => `${title}\n${detail}`);
  return { run: { exitCode: again.exitCode, report, outcomes: outcomesOf(report) }, flaky };
}

/** The report with the second results of the files that have some. */
export function withResultsOf(first: JestReport, second: JestReport): JestReport {
  const byFile = new Map(second.testResults.map((result) => [result.name, result]));
  return { ...first, testResults: first.testResults.map((result) => byFile.get(result.name) ?? result) };
}
