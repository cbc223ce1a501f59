import { expect, test } from "@jest/globals";
import { argumentProblems, type LooseArguments } from "./problems.js";

const problemsOf = (args: unknown, rest: LooseArguments = {}) =>
  argumentProblems({ function: "f", args, ...rest }).map((problem) => {
    expect(problem).toMatch(/^argument validation failed: /);
    return problem.slice("argument validation failed: ".length);
  });

test("problems of declarations are all told, each with its argument", () => {
  const args = {
    "": { type: "num" },
    s: { type: "string", maxBytes: 3, default: "long" },
    n: { type: "num", default: null },
    at: { type: "datetime", default: "2024-01-15T10:30:00" },
    id: { type: "int64", default: 2n ** 63n },
    m: { type: "map", required: ["k"], default: {} },
    c: { type: "constructor" },
    f: { type: "any", default: () => 1 },
    nothing: null,
    triple: ["string", 1, 2],
    pair: ["num", 5],
    object: {},
    limit: ["string", -1],
    list: { type: "list", maxItems: 2.5 },
    keys: { type: "map", accept: "k" },
    nil: { type: "num", allowNil: "yes" },
  };

  expect(problemsOf(args)).toEqual([
    "an argument has no name",
    'argument "s" has a default that it does not allow: invalid argument size for "s", max 3 bytes',
    'argument "n" has the default null, which it does not allow',
    'argument "at" has a default that it does not allow: invalid datetime format for "2024-01-15T10:30:00": missing_offset',
    'argument "id" has a default that it does not allow: invalid argument value for "id", require a 64-bit integer',
    'argument "m" has a default that it does not allow: map argument "m" missing required keys: ["k"] in "f"',
    'argument "c" has the unknown type "constructor"',
    'argument "f" has a default that is no plain data',
    'argument "nothing" has no declaration that is known',
    'argument "triple" has no declaration that is known',
    'argument "pair" has no declaration that is known',
    'argument "object" has no type',
    'argument "limit" has an option maxBytes that is not a whole number of at least 0',
    'argument "list" has an option maxItems that is not a whole number of at least 0',
    'argument "keys" has an option accept that is not a list of strings',
    'argument "nil" has an allowNil that is not a boolean',
  ]);
});

test("sound declarations have no problems, whatever options they have that mean nothing", () => {
  const args = {
    z: { type: "string", allowNil: true, default: null, maxBytes: 0 },
    d: { type: "datetime", default: new Date(0) },
    b: { type: "boolean", default: false, maxBytes: "huge", colour: "red" },
    s: "string",
    l: ["list", 0],
    m: ["map", { required: ["k"], maxItemBytes: 4 }],
  };

  expect(problemsOf(args)).toEqual([]);
});

const a = { type: "num" };
const one = { a };
const two = { a, b: "string" };
const wrongOrder = 'arg_orders must hold each of ["a", "b"] once (argOrder)';
const noOrder = "arg_orders must be null or [] where no arguments are declared (argOrder)";
const noList = "arg_orders must be map or a list of the arguments (argOrder)";

test.each<[unknown, unknown, readonly string[]]>([
  [undefined, undefined, []],
  [undefined, null, []],
  [null, [], []],
  [{}, "map", [noOrder]],
  [{}, ["a"], [noOrder]],
  [one, [], []],
  [one, ["a"], []],
  [one, undefined, []],
  [two, "map", []],
  [two, ["b", "a"], []],
  [two, [], [wrongOrder]],
  [two, ["a"], [wrongOrder]],
  [two, ["a", "a"], [wrongOrder]],
  [two, ["a", "b", "a"], [wrongOrder]],
  [two, ["a", "c"], [wrongOrder]],
  [two, ["a", 1], [wrongOrder]],
  [two, null, [noList]],
  [two, "list", [noList]],
  [[], undefined, ["arg_types must be an object of declarations (args)"]],
  ["a", "map", ["arg_types must be an object of declarations (args)"]],
  [new Map([["a", "num"]]), undefined, ["arg_types must be an object of declarations (args)"]],
])("arguments %j in the order %j", (args, argOrder, problems) => {
  expect(problemsOf(args, { argOrder })).toEqual(problems);
});

test("open arguments come as a map, declared or not", () => {
  const asList = "open arguments need the order map, as a list drops the undeclared ones";

  expect(problemsOf(two, { openArguments: true, argOrder: ["a", "b"] })).toEqual([asList]);
  expect(problemsOf({}, { openArguments: true, argOrder: [] })).toEqual([asList]);
  expect(problemsOf({}, { openArguments: true, argOrder: "map" })).toEqual([]);
});
