/** `npm test`: every test (or those the arguments name), then what was skipped and why, then the closing line. */
import { runJest } from "./jest-run.js";
import { closingLine } from "./outcome.js";

const args = process.argv.slice(2);
const { exitCode, outcomes } = await runJest({ name: "jest", args });

const skipped = outcomes.filter(({ status }) => status === "skipped");
// With arguments (-t) jest reports every test that was not asked for as skipped.
const shown = args.length === 0 ? skipped : skipped.filter(({ detail }) => detail !== undefined);
const lines = shown.map(({ title, detail }) => `SKIPPED ${title}${detail === undefined ? " (gives no reason)" : ""}`);
process.stdout.write(`\n${[...lines, closingLine(outcomes)].join("\n")}\n`);
process.exitCode = exitCode;
