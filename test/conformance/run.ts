/** `npm run conformance [-- AREA]`: one line per case of the reference pages, see README.md. */
import { runJest } from "../report/jest-run.js";
import { closingLine } from "../report/outcome.js";
import { casesOf, lineOf } from "./cases.js";

const areas: readonly string[] = ["plugin-chain", "functions", "cache", "faults"];
const [area, ...rest] = process.argv.slice(2);

if (rest.length > 0 || (area !== undefined && !areas.includes(area))) {
  process.stderr.write(
    `unknown area ${JSON.stringify(process.argv.slice(2).join(" "))}, there are: ${areas.join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = await run(area === undefined ? areas : [area]);
}

async function run(chosen: readonly string[]): Promise<number> {
  const folders = chosen.map((name) => `test/dist/conformance/${name}/`);
  const args = ["--passWithNoTests", ...folders];
  const { exitCode, outcomes } = await runJest({ name: "conformance", args, isQuiet: true });
  const cases = casesOf(outcomes);

  for (const name of chosen) {
    if (chosen.length > 1) print(`${name}:`);
    for (const each of cases.filter((candidate) => candidate.area === name)) {
      print(lineOf(each));
      if (each.status === "failed") process.stderr.write(`${each.detail.replace(/^/gm, "    ")}\n`);
    }
  }
  if (cases.length === 0) process.stderr.write(`no case in ${chosen.join(", ")}\n`);
  print(closingLine(cases));
  return cases.length === 0 || exitCode !== 0 || cases.some(({ status }) => status === "failed") ? 1 : 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
