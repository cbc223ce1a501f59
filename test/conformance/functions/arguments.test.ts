import { expect, test } from "@jest/globals";
import { decodeJsonObject, decodeStruct, encodeJson, encodeStruct } from "@weft/contracts";
import { ArgumentOrder, FunctionConfig } from "@weft/contracts/function";
import { WeftError } from "@weft/core";
import {
  type ArgumentSpec,
  type ArgumentSpecs,
  type CompiledArguments,
  compileVariant,
  invalidArguments,
  toArgument,
} from "@weft/mesh";

type Args = Readonly<Record<string, unknown>>;
const inOrder = ArgumentOrder.ARGUMENT_ORDER_LIST;

/** The arguments of a function T, registered like any other. */
function register(specs: ArgumentSpecs, argumentOrder: ArgumentOrder = inOrder): CompiledArguments {
  const declared = Object.entries(specs).map(([name, spec]) => toArgument(name, spec));
  const config = FunctionConfig.create({ service: "s", function: "T", mode: "sync", argumentOrder });
  const variant = compileVariant({ ...config, arguments: declared }, { random: Math.random });
  if ("problems" in variant) throw new Error(variant.problems.join("\n"));
  return variant.arguments;
}

/** What the function is called with after both engines: the one that the call meets first, and the hosting node's. */
function handlerArguments(compiled: CompiledArguments, decoded: Args): readonly unknown[] {
  const first = compiled.check(decoded);
  if (first.violations.length > 0) throw invalidArguments(first.violations);
  const hosted = compiled.check(decodeJsonObject(encodeJson(first.values)).value);
  expect(hosted).toMatchObject({ violations: [], changed: false });
  return compiled.convert(hosted.values);
}

/** Sends the arguments in both forms: what arrived, or the text of the refusal, which must be the same. */
function call(compiled: CompiledArguments, args: Args): readonly unknown[] | string {
  const answers = [decodeStruct(encodeStruct(args)), decodeJsonObject(encodeJson(args)).value].map((decoded) => {
    try {
      return handlerArguments(compiled, decoded);
    } catch (error) {
      if (error instanceof WeftError) return error.message;
      throw error;
    }
  });
  expect(answers[0]).toEqual(answers[1]);
  return answers[0] as readonly unknown[] | string;
}

/** A value that must arrive as it is. */
const passes = (title: string, spec: ArgumentSpec, ...values: unknown[]) =>
  test.each(values.map((value) => [abridged(value), value]))(`${title}: %s`, (_shown, value) => {
    expect(call(register({ a: spec }), { a: value })).toEqual([value]);
  });

/** A value that must be refused with this text. */
const refuses = (title: string, spec: ArgumentSpec, ...rows: [value: unknown, message: string][]) =>
  test.each(rows.map(([value, message]) => [abridged(value), value, message]))(
    `${title}: %s`,
    (_shown, value, message) => {
      expect(call(register({ a: spec }), { a: value })).toBe(message);
    },
  );

const abridged = (value: unknown) => JSON.stringify(value).slice(0, 32);
const wrongType = (type: string, got: string) => `invalid argument type for "a", expected ${type}, got ${got}`;
const missing = 'missing or nil argument "a" in "T"';
const tooManyItems = (max: number) => `invalid argument size for "a" in "T", max ${max} items`;
const tooManyBytes = (max: number) => `invalid argument size for "a", max ${max} bytes`;
const zeros = (length: number) => new Array<number>(length).fill(0);

const person: ArgumentSpecs = { name: { type: "string" }, age: { type: "num" } };

test("functions F1: several arguments come in their order, whatever order they were sent in", () => {
  expect(call(register(person), { age: 30, name: "John" })).toEqual(["John", 30]);
});
test("functions F1: a missing one is refused", () => {
  expect(call(register(person), { name: "John" })).toBe('missing or nil argument "age" in "T"');
});

test("functions F2: without declared arguments every argument is extra", () => {
  expect(call(register({}), { a: "x" })).toBe('extra arguments for "T", extra: ["a"]');
});

test("functions F3: an undeclared argument is refused by name", () => {
  expect(call(register(person), { name: "John", age: 30, city: "Rome" })).toBe(
    'extra arguments for "T", extra: ["city"]',
  );
});
test("functions F3: two undeclared arguments are both named", () => {
  const { violations } = register(person).check({ name: "John", age: 30, city: "Rome", zip: 1 });
  expect(violations).toEqual([{ field: "args", description: 'extra arguments for "T", extra: ["city", "zip"]' }]);
});

passes("functions F4: a string up to its bytes", { type: "string" }, "", "x".repeat(3_000), "é".repeat(1_500));
passes("functions F4: a string up to max_bytes", { type: "string", maxBytes: 5_000 }, "x".repeat(4_000));
passes("functions F4: a string of exactly max_bytes", { type: "string", maxBytes: 3 }, "abc");
refuses(
  "functions F4: a longer string",
  { type: "string" },
  ["x".repeat(3_001), tooManyBytes(3_000)],
  ["é".repeat(1_501), tooManyBytes(3_000)],
);
refuses("functions F4: longer than max_bytes", { type: "string", maxBytes: 3 }, ["abcd", tooManyBytes(3)]);

passes("functions F5: a number", { type: "num" }, 42, 19.99);
refuses(
  "functions F5: no number",
  { type: "num" },
  ["42", wrongType("num", '"42"')],
  [true, wrongType("num", "true")],
  [null, missing],
);

passes("functions F6: a boolean", { type: "boolean" }, true, false);
refuses(
  "functions F6: no boolean",
  { type: "boolean" },
  [1, wrongType("boolean", "1")],
  ["yes", wrongType("boolean", '"yes"')],
  [null, missing],
);

test("functions F7: a missing argument takes its default, false included, and the order stays", () => {
  expect(call(register({ a: { type: "num", default: 25 } }), {})).toEqual([25]);
  expect(call(register({ a: { type: "boolean", default: false } }), {})).toEqual([false]);
  const several = register({ b: { type: "num" }, a: { type: "boolean", default: false }, c: { type: "string" } });
  expect(call(several, { c: "x", b: 1 })).toEqual([1, false, "x"]);
});

refuses("functions F8: null is not missing", { type: "string", default: "d" }, [null, missing]);

test("functions F9: where null is allowed it stays null, and only the missing takes the default", () => {
  expect(call(register({ a: { type: "string", allowNil: true } }), {})).toEqual([null]);
  expect(call(register({ a: { type: "string", allowNil: true, default: "d" } }), { a: null })).toEqual([null]);
  expect(call(register({ a: { type: "string", allowNil: true, default: "d" } }), {})).toEqual(["d"]);
});

test("functions F10: no declared arguments call the function with nothing", () => {
  expect(call(register({}, ArgumentOrder.ARGUMENT_ORDER_UNSPECIFIED), {})).toEqual([]);
});

passes("functions F11: a list of scalars", { type: "list" }, [1, "two", true, 3.14], [], zeros(1_000));
refuses(
  "functions F11: no such list",
  { type: "list" },
  [[null], "unsupported type nil"],
  [[[1]], "nested list is not supported yet"],
  [[{}], "nested map is not supported yet"],
  [zeros(1_001), tooManyItems(1_000)],
  ["x", wrongType("list", '"x"')],
);
refuses("functions F11: more than max_items", { type: "list", maxItems: 2 }, [[1, 2, 3], tooManyItems(2)]);

passes(
  "functions F12: a list of strings, order and duplicates kept",
  { type: "list_string" },
  ["a", "b"],
  ["b", "a", "b"],
);
refuses("functions F12: an item that is no string", { type: "list_string" }, [
  ["a", 1],
  "unsupported type of 1 in list",
]);
refuses("functions F12: an item over max_item_bytes", { type: "list_string", maxItemBytes: 2 }, [
  ["ab", "abc"],
  'unsupported type of "abc" in list',
]);

passes("functions F13: a list of numbers", { type: "list_num" }, [1, 2.5, 3]);
refuses(
  "functions F13: an item that is no number",
  { type: "list_num" },
  [[1, "two"], 'unsupported type of "two" in list'],
  [[1, null], "unsupported type of null in list"],
);
passes("functions F13: a list of maps", { type: "list_map" }, [{ a: 1 }, { b: null }]);
refuses("functions F13: an item that is no map", { type: "list_map" }, [
  [{ a: 1 }, "x"],
  'unsupported type of "x" in list',
]);

const uuid = "550e8400-e29b-41d4-a716-446655440000";
const notUuid = 'invalid argument value for "a", require a UUID format string';
passes("functions F14: a UUID in either case, unchanged", { type: "uuid" }, uuid, uuid.toUpperCase());
refuses("functions F14: no UUID", { type: "uuid" }, ["incorrect uuid", notUuid], [123, notUuid]);
passes("functions F14: a list of UUIDs", { type: "list_uuid" }, [uuid, uuid]);
refuses("functions F14: an item that is no UUID", { type: "list_uuid" }, [
  [uuid, "x"],
  'unsupported type of "x" in list',
]);

test("functions F15: a datetime is the moment in UTC", () => {
  expect(call(register({ a: { type: "datetime" } }), { a: "2024-01-15T10:30:00+07:00" })).toEqual([
    new Date("2024-01-15T03:30:00Z"),
  ]);
});
refuses(
  "functions F15: no datetime",
  { type: "datetime" },
  ["2024-01-15T10:30:00", 'invalid datetime format for "2024-01-15T10:30:00": missing_offset'],
  [12_345, wrongType("datetime", "12345")],
);

passes("functions F16: a naive datetime is the local time", { type: "naive_datetime" }, "2024-01-15T10:30:00");
test("functions F16: a trailing Z is dropped", () => {
  expect(call(register({ a: { type: "naive_datetime" } }), { a: "2024-01-15 10:30:00Z" })).toEqual([
    "2024-01-15T10:30:00",
  ]);
});
refuses(
  "functions F16: no naive datetime",
  { type: "naive_datetime" },
  ["invalid", 'invalid naive_datetime format for "invalid": invalid_format'],
  ["2024-01-15T10:30:00+07:00", 'invalid naive_datetime format for "2024-01-15T10:30:00+07:00": invalid_format'],
  [12_345, wrongType("naive_datetime", "12345")],
);

const contact: ArgumentSpec = { type: "map", required: ["name", "email"] };
passes("functions F17: a map with its required keys", contact, { name: "n", email: "e", age: 1 });
refuses(
  "functions F17: a map without them",
  contact,
  [{ name: "n" }, 'map argument "a" missing required keys: ["email"] in "T"'],
  [{}, 'map argument "a" missing required keys: ["name", "email"] in "T"'],
);
passes("functions F17: no required keys have no effect", { type: "map", required: [] }, {}, { a: { b: null } });
passes("functions F17: accepted keys", { type: "map", accept: ["k"] }, { k: 1 });
refuses("functions F17: other keys", { type: "map", accept: ["k"] }, [
  { z: 1 },
  'map argument "a" contains rejected keys: ["z"] in "T"',
]);

const restricted: ArgumentSpec = { type: "map", maxItems: 5 };
passes("functions F18: a map with an option holds scalars and flat lists", restricted, {
  a: 1,
  b: "x",
  c: true,
  d: [1, "x"],
});
refuses(
  "functions F18: a map with an option holds nothing else",
  restricted,
  [{ k: {} }, "nested map is not supported yet"],
  [{ k: null }, "unsupported type nil"],
  [{ k: [[1]] }, "nested list is not supported yet"],
  [{ k: zeros(1_001) }, tooManyItems(1_000)],
);
passes("functions F18: a plain map holds anything", { type: "map" }, { k: { l: [[null]] } }, { k: null });
refuses("functions F18: a plain map has at most 1000 keys", { type: "map" }, [
  Object.fromEntries(zeros(1_001).map((_, i) => [`k${i}`, i])),
  tooManyItems(1_000),
]);

passes("functions F19: any is passed through untouched", { type: "any" }, 1, "x", false, [null, { a: [] }], {
  a: { b: null },
});
