import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { type CaseResult, runTests, separator } from "../declarative/run-tests.js";
import { readTestFile } from "../declarative/test-file.js";
import { TestsFailed } from "../declarative/tests-failed.js";
import { gatewayTarget, withGateway } from "../gateway.js";
import { createPaint, type Paint } from "../output/paint.js";
import { printable } from "../output/printable.js";
import type { Terminal } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import type { GatewayOptions } from "./options.js";

interface TestOptions extends GatewayOptions {
  readonly filter?: string;
}

/** `weft test`: runs files of declared calls and what they must answer against a live mesh. */
export function addTest(command: Command, terminal: Terminal): void {
  command
    .argument("<files...>", "tests as YAML")
    .option("--filter <text>", `only tests whose path, such as "Sessions${separator}Logout${separator}removes", has it`)
    .description("Run declared tests against the functions of a mesh.")
    .action(async (names: string[], { filter, ...options }: TestOptions) => {
      const files = names.map((name) => readTestFile(name, readText(name, terminal)));
      const report = reporter(terminal, options.json === true);
      const outcomes: CaseResult[] = [];
      await withGateway(gatewayTarget(options, terminal), async (gateway) => {
        const { stop: signal } = terminal;
        await gateway.functions({ signal }); // nobody there is no failure of each test
        const run = randomUUID().slice(0, 8);
        const call = (name: string, args: Readonly<Record<string, unknown>>) => gateway.call(name, args, { signal });
        const now = () => performance.now();
        for (const file of files)
          outcomes.push(...(await runTests(file, { call, filter, run, signal, now, onResult: report.tell })));
      });
      if (outcomes.length === 0) throw new UsageError([`no test has ${JSON.stringify(filter)} in its path`]);
      await report.end(outcomes);
    });
}

/** Prints each case as it ends, under the names of its groups, and a count; or everything as one JSON object. */
function reporter({ out, useColor }: Terminal, asJson: boolean) {
  const paint = createPaint(useColor);
  let shown: readonly string[] = [];
  return {
    async tell(result: CaseResult): Promise<void> {
      if (asJson) return;
      const groups = result.path.slice(0, -1);
      const same = groups.findIndex((name, i) => name !== shown[i]);
      const headings =
        same === -1 ? [] : groups.slice(same).map((name, i) => `${"  ".repeat(same + i)}${printable(name)}`);
      shown = groups;
      await out.write(`${[...headings, ...caseLines(result, paint)].join("\n")}\n`);
    },
    async end(outcomes: readonly CaseResult[]): Promise<void> {
      const passed = outcomes.filter((each) => each.passed).length;
      const failed = outcomes.length - passed;
      const text = `\n${passed} passed, ${failed} failed\n`;
      await out.write(asJson ? `${JSON.stringify({ passed, failed, tests: outcomes })}\n` : text);
      if (failed > 0) throw new TestsFailed(failed, outcomes.length);
    },
  };
}

function caseLines({ path, passed, ms, problem = "" }: CaseResult, paint: Paint): readonly string[] {
  const indent = "  ".repeat(path.length - 1);
  const name = printable(path.at(-1) ?? "");
  if (passed) return [`${indent}✓ ${name} ${paint.dim(`(${ms} ms)`)}`];
  return [paint.red(`${indent}✗ ${name}`), `${indent}    ${printable(problem)}`];
}

function readText(file: string, { cwd }: Terminal): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UsageError([`cannot read ${file} (${(error as NodeJS.ErrnoException).code})`]);
  }
}
