import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../support/repository.js";
import { type JestReport, type Outcome, outcomesOf } from "./outcome.js";
import { removeStaleTests } from "./stale.js";

/** Where reports and logs of runs go; ignored by git. */
export const resultsFolder: string = join(repositoryRoot, "test-results");

/** Where the report of a run lies. */
export function reportFile(name: string): string {
  return join(resultsFolder, `${name}.json`);
}

export interface JestRun {
  readonly exitCode: number;
  readonly report: JestReport;
  readonly outcomes: readonly Outcome[];
}

export interface JestRunOptions {
  /** Names the report, `test-results/NAME.json`. */
  readonly name: string;
  readonly args: readonly string[];
  /** Sends what jest prints to `test-results/NAME.log` instead of the terminal. Defaults to false. */
  readonly isQuiet?: boolean;
}

/** Runs jest in a process of its own and reads its JSON report. Throws if it wrote none. */
export async function runJest(options: JestRunOptions): Promise<JestRun> {
  const { name, args, isQuiet = false } = options;
  const file = reportFile(name);
  const log = join(resultsFolder, `${name}.log`);
  removeStaleTests(repositoryRoot);
  mkdirSync(resultsFolder, { recursive: true });
  rmSync(file, { force: true });

  const jest = join(repositoryRoot, "node_modules", "jest", "bin", "jest.js");
  const flags = ["--experimental-vm-modules", "--no-warnings", jest, "--json", `--outputFile=${file}`];
  const output = isQuiet ? openSync(log, "w") : "inherit";
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: repositoryRoot,
    stdio: ["ignore", "ignore", output], // with --json everything for people goes to standard error
  });
  const [exitCode] = (await once(child, "exit")) as [number | null];
  if (typeof output === "number") closeSync(output);

  if (!existsSync(file)) throw new Error(`jest wrote no report${isQuiet ? `, see ${log}` : ""}`);
  const report = JSON.parse(readFileSync(file, "utf8")) as JestReport;
  return { exitCode: exitCode ?? 1, report, outcomes: outcomesOf(report) };
}
