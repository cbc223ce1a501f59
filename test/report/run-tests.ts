/** `npm test`: every test (or those the arguments name), then what was skipped and why, then the closing line. */
import { runJest } from "./jest-run.js";
import { closingLine } from "./outcome.js";

const { exitCode, outcomes } = await runJest({ name: "jest", args: process.argv.slice(2) });

const skipped = outcomes.filter((outcome) => outcome.status === "skipped");
const explained = skipped.filter((outcome) => outcome.detail !== undefined);
const unexplained = skipped.length - explained.length;

const lines = explained.map(({ title }) => `SKIPPED ${title}`);
if (unexplained > 0) lines.push(`SKIPPED ${unexplained} without a reason`);
lines.push(closingLine(outcomes));
process.stdout.write(`\n${lines.join("\n")}\n`);
process.exitCode = exitCode;
