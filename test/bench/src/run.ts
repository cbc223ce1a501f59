/** `npm run bench -- NAME… [--quick]`, see --help. Exits with 2 for a name that is unknown, with 1 if a contestant did not run. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.js";
import { benchmarks } from "./benchmarks.js";
import { ratiosOf, rowsOf } from "./summary.js";
import { describeMachine, versionsOf } from "./surroundings.js";
import { printedTable } from "./table.js";
import { type Pace, takeTurns } from "./take-turns.js";

const resultsFolder = fileURLToPath(new URL("../results", import.meta.url));

const fullPace: Pace = { rounds: 7, budgetMs: 300_000, warmUpMs: 100, measureMs: 150 };
// 60 s are promised; the rest is room for a last round that takes longer than those before it.
const quickPace: Pace = { rounds: 3, budgetMs: 55_000, warmUpMs: 20, measureMs: 30 };

const list = Object.entries(benchmarks).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
const help = `npm run bench -- NAME… [--quick]

Measures and writes test/bench/results/NAME.json. The names:
${list.join("\n")}

  --quick     one to three short rounds, at most 60 s for each name: a first look, a busy machine may double a figure
  --help      this text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n\n${help}`);
    return 2;
  }
  if (parsed.isHelp) {
    process.stdout.write(help);
    return 0;
  }
  let exitCode = 0;
  for (const [name, benchmark] of parsed.chosen) {
    if (!(await run(name, benchmark, parsed.isQuick))) exitCode = 1;
  }
  return exitCode;
}

/** What is asked for, or what is wrong with it. */
function parse(args: readonly string[]) {
  try {
    const options = { quick: { type: "boolean" }, help: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const isHelp = values.help === true;
    const unknown = positionals.filter((name) => !Object.hasOwn(benchmarks, name));
    if (unknown.length > 0) return `unknown: ${unknown.join(", ")}`;
    if (positionals.length === 0 && !isHelp) return "no name given";
    const chosen = Object.entries(benchmarks).filter(([name]) => positionals.includes(name));
    return { isHelp, isQuick: values.quick === true, chosen };
  } catch (error) {
    return (error as Error).message;
  }
}

/** False if a contestant did not run. */
async function run(name: string, benchmark: Benchmark, quick: boolean): Promise<boolean> {
  const file = join(resultsFolder, `${name}.json`);
  rmSync(file, { force: true });
  mkdirSync(resultsFolder, { recursive: true });
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const versions = versionsOf(benchmark.packages);

  const { samples, failures, rounds } = await takeTurns(benchmark.cases, {
    pace: paceOf(benchmark, quick),
    onTurn: (round, at) => showProgress(`${name}, round ${round}: ${at}`),
  });
  showProgress("");

  const rows = rowsOf(samples);
  const ratios = ratiosOf(samples);
  writeFileSync(file, `${JSON.stringify({ name, startedAt, quick, machine, versions, rows, ratios }, null, 2)}\n`);
  process.stdout.write(`${name}: ${benchmark.summary}; median (min–max) of ${rounds} rounds\n`);
  process.stdout.write(`${machine.cpu}, ${machine.cores} cores, load ${machine.load}, Node ${versions.node}\n`);
  process.stdout.write(`${(benchmark.conditions ?? []).map((line) => `- ${line}\n`).join("")}\n`);
  process.stdout.write(`${printedTable({ rows, ratios, notes: benchmark.notes })}\n\n`);
  for (const failed of failures) {
    process.stderr.write(`did not run: ${failed.case}, ${failed.contestant}: ${String(failed.error)}\n`);
  }
  return failures.length === 0;
}

function paceOf({ turns }: Benchmark, quick: boolean): Pace {
  return quick ? { ...quickPace, ...turns?.quick } : { ...fullPace, ...turns?.full };
}

/** One line that replaces the one before; nothing where nobody watches. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
