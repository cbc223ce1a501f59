import { expect, test } from "@jest/globals";
import { decodeJsonObject, decodeStruct } from "@weft/contracts";
import { ArgumentOrder, FunctionConfig } from "@weft/contracts/function";
import { compileArguments } from "./compile.js";
import { type ArgumentSpecs, toArgument } from "./spec.js";

const json = (text: string) => decodeJsonObject(Buffer.from(text)).value;
const { ARGUMENT_ORDER_LIST } = ArgumentOrder;

function configOf(args: ArgumentSpecs, rest: Partial<FunctionConfig> = {}): FunctionConfig {
  const declared = Object.entries(args).map(([name, spec]) => toArgument(name, spec));
  return { ...FunctionConfig.create({ function: "f" }), arguments: declared, ...rest };
}

test("everything that is wrong is told at once, each with its place", () => {
  const { check } = compileArguments(
    configOf({ a: { type: "string" }, b: { type: "num" }, c: { type: "list_num" }, m: { type: "map", accept: ["k"] } }),
  );

  const { violations } = check(json('{"b":"1","c":[1,"x",null],"m":{"k":[[1]],"z":null},"y":1,"x":2}'));

  expect(violations).toEqual([
    { field: "args", description: 'extra arguments for "f", extra: ["y", "x"]' },
    { field: "args.a", description: 'missing or nil argument "a" in "f"' },
    { field: "args.b", description: 'invalid argument type for "b", expected num, got "1"' },
    { field: "args.c[1]", description: 'unsupported type of "x" in list' },
    { field: "args.c[2]", description: "unsupported type of null in list" },
    { field: "args.m", description: 'map argument "m" contains rejected keys: ["z"] in "f"' },
    { field: "args.m.k[0]", description: "nested list is not supported yet" },
    { field: "args.m.z", description: "unsupported type nil" },
  ]);
});

test("values are the declared arguments in their order, without a prototype", () => {
  const { check } = compileArguments(
    configOf({ __proto__x: { type: "num" }, b: { type: "num", default: 2 }, a: { type: "num" } }),
  );

  const { values, violations, changed } = check(json('{"a":1,"__proto__x":0}'));

  expect(violations).toEqual([]);
  expect(Object.getPrototypeOf(values)).toBeNull();
  expect(Object.entries(values)).toEqual([
    ["__proto__x", 0],
    ["b", 2],
    ["a", 1],
  ]);
  expect(changed).toBe(true);
});

test("an argument may be called anything", () => {
  const specs: ArgumentSpecs = JSON.parse('{"__proto__":{"type":"num"},"constructor":{"type":"num","allowNil":true}}');
  const { check } = compileArguments(configOf(specs));

  expect(Object.entries(check(json('{"__proto__":1}')).values)).toEqual([
    ["__proto__", 1],
    ["constructor", null],
  ]);
  expect(check(json('{"toString":1}')).violations.map(({ field }) => field)).toEqual([
    "args.toString",
    "args.__proto__",
  ]);
});

test("only a filled default or a number that loses digits changes the bytes", () => {
  const specs: ArgumentSpecs = {
    d: { type: "num", default: 1 },
    id: { type: "int64" },
    any: { type: "any", allowNil: true },
  };
  const { check } = compileArguments(configOf(specs));

  expect(check(json('{"d":1,"id":9007199254740993}'))).toMatchObject({
    changed: false,
    values: { id: 9_007_199_254_740_993n },
  });
  expect(check(json('{"id":1}')).changed).toBe(true);
  expect(check(json('{"d":9007199254740993,"id":1}'))).toMatchObject({ changed: true, values: { d: 2 ** 53 } });
  expect(check(json('{"d":1,"id":1,"any":[{"a":9007199254740993}]}'))).toMatchObject({
    changed: true,
    values: { any: [{ a: 2 ** 53 }] },
  });
});

test("a default that is an object is made anew for each call", () => {
  const { check } = compileArguments(configOf({ list: { type: "list", default: [1] } }));

  (check(json("{}")).values.list as number[]).push(2);

  expect(check(json("{}")).values.list).toEqual([1]);
});

test("open arguments: the missing, the null and the undeclared are the handler's business", () => {
  const specs: ArgumentSpecs = { a: { type: "string" }, b: { type: "num" }, c: { type: "num", default: 3 } };
  const { check, convert } = compileArguments(configOf(specs, { openArguments: true }));

  const { values, violations } = check(json('{"b":null,"z":{"n":9007199254740993}}'));
  expect(violations).toEqual([]);
  expect(convert(values)).toEqual([{ __proto__: null, b: null, c: 3, z: { n: 2 ** 53 } }]);
  expect(check(json('{"a":1}')).violations).toEqual([
    { field: "args.a", description: 'invalid argument type for "a", expected string, got 1' },
  ]);
});

test.each<[unknown, bigint | string]>([
  ["0", 0n],
  ["-9223372036854775808", -(2n ** 63n)],
  ["9223372036854775807", 2n ** 63n - 1n],
  [5, 5n],
  [9_007_199_254_740_991, 9_007_199_254_740_991n],
  [9_223_372_036_854_775_807n, 2n ** 63n - 1n],
  [9_223_372_036_854_775_808n, 'invalid argument value for "id", require a 64-bit integer'],
  ["9223372036854775808", 'invalid argument value for "id", require a 64-bit integer'],
  [1.5, 'invalid argument type for "id", expected int64, got 1.5'],
  [2 ** 53, 'invalid argument type for "id", expected int64, got 9007199254740992'],
  ["1.0", 'invalid argument type for "id", expected int64, got "1.0"'],
  ["01", 'invalid argument type for "id", expected int64, got "01"'],
  ["", 'invalid argument type for "id", expected int64, got ""'],
  [" 1", 'invalid argument type for "id", expected int64, got " 1"'],
  [true, 'invalid argument type for "id", expected int64, got true'],
  [[1], 'invalid argument type for "id", expected int64, got a list'],
])("int64: %p", (given, expected) => {
  const { check, convert } = compileArguments(configOf({ id: { type: "int64" } }));

  const { values, violations } = check(Object.assign(Object.create(null), { id: given }));

  if (typeof expected === "string") expect(violations).toEqual([{ field: "args.id", description: expected }]);
  else expect(convert(values)).toEqual([{ __proto__: null, id: expected }]);
});

test("handlers get one object, the values in order, or nothing", () => {
  const two: ArgumentSpecs = { b: { type: "num" }, a: { type: "datetime" } };
  const args = json('{"a":"2024-01-15T10:30:00Z","b":1}');
  const at = new Date("2024-01-15T10:30:00Z");
  const call = (config: FunctionConfig, given = args) => {
    const { check, convert } = compileArguments(config);
    return convert(check(given).values);
  };

  expect(call(configOf(two))).toEqual([{ __proto__: null, b: 1, a: at }]);
  expect(call(configOf(two, { argumentOrder: ARGUMENT_ORDER_LIST }))).toEqual([1, at]);
  expect(call(configOf({}), json("{}"))).toEqual([]);
});

test("a double in a Struct is no exact integer beyond 2^53", () => {
  const { check } = compileArguments(configOf({ id: { type: "int64" } }));
  const field = Buffer.concat([
    Buffer.of(10, 15, 10, 2, 0x69, 0x64, 18, 9, 0x11),
    Buffer.from(new Float64Array([2 ** 60]).buffer),
  ]);

  expect(check(decodeStruct(field)).violations).toHaveLength(1);
});
