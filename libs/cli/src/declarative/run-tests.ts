import { codeName, sleep, WeftError } from "@weft/core";
import { difference } from "./difference.js";
import { filledIn } from "./references.js";
import type { TestCase, TestCheck, TestGroup, TestStep } from "./test-file.js";

/** What became of a case. */
export interface CaseResult {
  /** The names of its groups, and its own. */
  readonly path: readonly string[];
  readonly passed: boolean;
  readonly ms: number;
  /** Why it failed. */
  readonly problem?: string;
}

export interface RunTestsOptions {
  call(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Only cases whose path, joined by " › ", has this text. Defaults to all. */
  readonly filter?: string | undefined;
  /** Told apart from every other run: `${run}` in the file. */
  readonly run: string;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** Hears of each case at once. */
  onResult(result: CaseResult): Promise<void>;
  now(): number;
}

export const separator = " › ";

/** Runs the cases of a file in their order. What fails, fails its case alone. */
export async function runTests(file: TestGroup, options: RunTestsOptions): Promise<readonly CaseResult[]> {
  const { filter = "", now } = options;
  const results = new Map<string, unknown>([["run", options.run]]);
  const outcomes: CaseResult[] = [];

  const isWanted = (test: TestGroup | TestCase, above: readonly string[]): boolean =>
    "tests" in test
      ? test.tests.some((inner) => isWanted(inner, [...above, test.describe]))
      : [...above, test.it].join(separator).includes(filter);

  async function runGroup(group: TestGroup, above: readonly string[]): Promise<void> {
    if (!isWanted(group, above)) return;
    const path = [...above, group.describe];
    const problem = await problemOf(group.before, options, results);
    for (const test of group.tests) {
      options.signal.throwIfAborted();
      if ("tests" in test && problem === undefined) await runGroup(test, path);
      else if (isWanted(test, path)) await runCase(test, path, problem && `before: ${problem}`);
    }
    const afterwards = await problemOf(group.after, options, results);
    if (afterwards !== undefined) await tell({ path: [...path, "after"], passed: false, ms: 0, problem: afterwards });
  }

  async function runCase(test: TestGroup | TestCase, above: readonly string[], earlier?: string): Promise<void> {
    const startedAt = now();
    const path = [...above, "it" in test ? test.it : test.describe];
    const problem = earlier ?? ("it" in test ? await caseProblem(test, options, results) : undefined);
    const ms = Math.round(now() - startedAt);
    await tell({ path, passed: problem === undefined, ms, ...(problem !== undefined && { problem }) });
  }

  async function tell(result: CaseResult): Promise<void> {
    outcomes.push(result);
    await options.onResult(result);
  }

  await runGroup(file, []);
  return outcomes;
}

async function caseProblem(
  { steps }: TestCase,
  options: RunTestsOptions,
  results: Map<string, unknown>,
): Promise<string | undefined> {
  const problem = await problemOf(steps, options, results);
  if (problem !== undefined) return problem;
  const asserts = steps.some((step) => "call" in step && step.checks.length > 0);
  return asserts ? undefined : "it asserts nothing: no step has expect, expect_part or expect_error";
}

/** What went wrong first. */
async function problemOf(
  steps: readonly TestStep[],
  options: RunTestsOptions,
  results: Map<string, unknown>,
): Promise<string | undefined> {
  for (const step of steps) {
    if ("waitMs" in step) await sleep(step.waitMs, { signal: options.signal });
    else {
      const problem = await stepProblem(step, options, results);
      if (problem !== undefined) return `${step.call}: ${problem}`;
    }
  }
  return undefined;
}

async function stepProblem(
  { call, args, id, checks }: Extract<TestStep, { call: string }>,
  options: RunTestsOptions,
  results: Map<string, unknown>,
): Promise<string | undefined> {
  let input: Readonly<Record<string, unknown>>;
  let wanted: readonly TestCheck[];
  try {
    input = filledIn(args, results) as Readonly<Record<string, unknown>>;
    wanted = checks.map((check) => ({ ...check, value: filledIn(check.value, results) }));
  } catch (error) {
    return (error as Error).message;
  }
  const outcome = await outcomeOf(() => options.call(call, input));
  options.signal.throwIfAborted();
  if (id !== undefined && "result" in outcome) results.set(id, outcome.result);
  return checkProblem(outcome, wanted);
}

type StepOutcome = { readonly result: unknown } | { readonly error: WeftError };

async function outcomeOf(call: () => Promise<unknown>): Promise<StepOutcome> {
  try {
    return { result: await call() };
  } catch (error) {
    if (error instanceof WeftError) return { error };
    throw error;
  }
}

function checkProblem(outcome: StepOutcome, checks: readonly TestCheck[]): string | undefined {
  const expectsError = checks.some(({ kind }) => kind === "expect_error");
  if ("error" in outcome && !expectsError) return `${outcome.error.reason}: ${outcome.error.message}`;
  for (const { kind, value } of checks) {
    if (kind === "expect_error" && !("error" in outcome)) return "expected an error, got a result";
    const actual = "error" in outcome ? errorFields(outcome.error) : outcome.result;
    const problem = difference(value, actual, { allowMore: kind !== "expect" });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function errorFields({ code, reason, message, metadata }: WeftError): Readonly<Record<string, unknown>> {
  return { code: codeName(code), reason, message, metadata };
}
