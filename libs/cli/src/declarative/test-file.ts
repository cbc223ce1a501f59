import { parseDocument } from "yaml";
import { UsageError } from "../usage-error.js";

/** A call with what its outcome must be, or a pause. */
export type TestStep =
  | { readonly waitMs: number }
  | {
      readonly call: string;
      readonly args: Readonly<Record<string, unknown>>;
      /** Later steps reach the result by it. */
      readonly id?: string;
      readonly checks: readonly TestCheck[];
    };

/** What an outcome is held against: the whole result, the fields of it that are named, or those of an error. */
export interface TestCheck {
  readonly kind: "expect" | "expect_part" | "expect_error";
  readonly value: unknown;
}

export interface TestCase {
  readonly it: string;
  readonly steps: readonly TestStep[];
}

export interface TestGroup {
  readonly describe: string;
  /** Run before its first case. */
  readonly before: readonly TestStep[];
  /** Run after its last one, whatever became of them. */
  readonly after: readonly TestStep[];
  readonly tests: readonly (TestGroup | TestCase)[];
}

type Fields = Readonly<Record<string, unknown>>;

const checkKinds = ["expect", "expect_part", "expect_error"] as const;
const stepFields = ["call", "args", "id", "wait_ms", ...checkKinds];
const groupFields = ["describe", "before", "after", "tests"];
const caseFields = ["it", "steps", ...stepFields];

/** Reads a file of tests. Throws a UsageError that names every problem with its place. */
export function readTestFile(name: string, text: string): TestGroup {
  const document = parseDocument(text);
  const [first] = document.errors;
  if (first !== undefined) throw new UsageError([`${name}: ${first.message.split("\n")[0]}`]);
  const problems: string[] = [];
  const group = groupOf(document.toJS(), "", (place, problem) => {
    problems.push(`${name}: ${place === "" ? "" : `${place.slice(1)}: `}${problem}`);
  });
  if (problems.length > 0) throw new UsageError(problems);
  return group;
}

type Tell = (place: string, problem: string) => void;

function groupOf(raw: unknown, place: string, tell: Tell): TestGroup {
  const { describe, before, after, tests } = fieldsOf(raw, groupFields, place, tell);
  if (typeof describe !== "string" || describe === "") tell(place, "a group needs a describe");
  return {
    describe: String(describe),
    before: stepsOf(before, `${place}.before`, tell),
    after: stepsOf(after, `${place}.after`, tell),
    tests: listOf(tests, `${place}.tests`, tell).map((test, i) => testOf(test, `${place}.tests[${i}]`, tell)),
  };
}

function testOf(raw: unknown, place: string, tell: Tell): TestGroup | TestCase {
  if (isFields(raw) && "describe" in raw) return groupOf(raw, place, tell);
  const { it, steps, ...step } = fieldsOf(raw, caseFields, place, tell);
  if (typeof it !== "string" || it === "") tell(place, "a test needs an it, a group a describe");
  if (steps !== undefined && Object.keys(step).length > 0)
    tell(place, "a test has either steps or one call of its own");
  return {
    it: String(it),
    steps: steps === undefined ? [stepOf(step, place, tell)] : stepsOf(steps, `${place}.steps`, tell),
  };
}

function stepsOf(raw: unknown, place: string, tell: Tell): readonly TestStep[] {
  if (raw === undefined) return [];
  return listOf(raw, place, tell).map((step, i) => stepOf(step, `${place}[${i}]`, tell));
}

function stepOf(raw: unknown, place: string, tell: Tell): TestStep {
  const step = fieldsOf(raw, stepFields, place, tell);
  const { call, args = {}, id, wait_ms: waitMs } = step;
  if (waitMs !== undefined) {
    if (typeof waitMs !== "number" || !(waitMs >= 0)) tell(place, "wait_ms must be a number, 0 or more");
    if (Object.keys(step).length > 1) tell(place, "a step with wait_ms has nothing else");
    return { waitMs: Number(waitMs) };
  }
  if (typeof call !== "string" || !/^[^.]+\..+$/.test(call)) tell(place, "call must be SERVICE.FUNCTION");
  if (!isFields(args)) tell(place, "args must be a map");
  if (id !== undefined && !(typeof id === "string" && /^[A-Za-z]\w*$/.test(id))) tell(place, "id must be a word");
  return {
    call: String(call),
    args: isFields(args) ? args : {},
    ...(id !== undefined && { id: String(id) }),
    checks: checkKinds.filter((kind) => kind in step).map((kind) => ({ kind, value: step[kind] })),
  };
}

function fieldsOf(raw: unknown, known: readonly string[], place: string, tell: Tell): Fields {
  if (!isFields(raw)) {
    tell(place, "must be a map");
    return {};
  }
  for (const name of Object.keys(raw)) if (!known.includes(name)) tell(place, `unknown field ${JSON.stringify(name)}`);
  return raw;
}

function listOf(raw: unknown, place: string, tell: Tell): readonly unknown[] {
  if (Array.isArray(raw) && raw.length > 0) return raw;
  tell(place, "must be a list, not empty");
  return [];
}

function isFields(raw: unknown): raw is Fields {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
