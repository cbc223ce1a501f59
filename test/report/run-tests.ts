/**
 * `npm test`: every test (or those the arguments name), then what was skipped and why, then the closing line. In CI the files
 * that fail have a second run.
 */
import { runJest } from "./jest-run.js";
import { closingLine } from "./outcome.js";
import { runFailedAgain } from "./run-again.js";

const args = process.argv.slice(2);
const isWhole = args.length === 0;
const first = await runJest({ name: "jest", args });
const { run, flaky } = process.env.CI && isWhole ? await runFailedAgain(first) : { run: first, flaky: [] };
const { exitCode, outcomes } = run;

const skipped = outcomes.filter(({ status }) => status === "skipped");
// With arguments (-t) jest reports every test that was not asked for as skipped.
const shown = isWhole ? skipped : skipped.filter(({ detail }) => detail !== undefined);
const lines = shown.map(({ title, detail }) => `SKIPPED ${title}${detail === undefined ? " (gives no reason)" : ""}`);
lines.push(...flaky.map((test) => `FLAKY, passed when it ran again: ${test}`));
process.stdout.write(`\n${[...lines, closingLine(outcomes)].join("\n")}\n`);
process.exitCode = exitCode;
