/** The closing line of a whole build, from every report of jest. Its argument is the number of steps that failed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder } from "./jest-run.js";
import { closingLine, type JestReport, outcomesOf } from "./outcome.js";

const failedSteps = Number(process.argv[2] ?? 0);
const names = existsSync(resultsFolder) ? readdirSync(resultsFolder).filter((name) => name.endsWith(".json")) : [];
const reports = names.map((name) => JSON.parse(readFileSync(join(resultsFolder, name), "utf8")) as JestReport);
const items: { status: "passed" | "failed" | "skipped" }[] = reports.flatMap(outcomesOf);

// A step can fail with every test passed (lint, build, demo); the line must not look like success then.
if (failedSteps > 0 && !items.some(({ status }) => status === "failed"))
  for (let step = 0; step < failedSteps; step++) items.push({ status: "failed" });
process.stdout.write(`${closingLine(items)}\n`);
