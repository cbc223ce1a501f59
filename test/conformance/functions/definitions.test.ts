import { describe, expect, test } from "@jest/globals";
import { type ArgumentSpec, type Definition, definitionProblems, toConfig } from "@weft/mesh";

const sound = { service: "s", function: "T", handler: () => 1 };
const problemsOf = (fields: object) => definitionProblems({ ...sound, ...fields });
const registered = (fields: object) => {
  expect(problemsOf(fields)).toEqual([]);
  return toConfig({ service: "s", function: "T", ...fields } as Definition);
};

const retry = "retry must be null, a number of at least 1, {same_node: n}, or {all_nodes: n}";
const timeout = "timeout must be an integer between 100 and 300000, or infinity (timeoutMs)";
const version = "version must be null or a version string";
const hookTimeout = "hook_timeout must be a positive integer (hookTimeoutMs)";
const requestInfo = "request_info must be a boolean (requestInfo)";
const mode =
  "choose_node_mode must be random, hash, {hash: key}, round_robin, or {sticky: key} " +
  "(select: also sticky, least_request, weighted, or {selector: name})";

test.each<[unknown, ArgumentSpec]>([
  ["string", { type: "string" }],
  [["string", 255], { type: "string", maxBytes: 255 }],
  [["list", 10], { type: "list", maxItems: 10 }],
  [["list_string", 5], { type: "list_string", maxItems: 5 }],
  [["list_num", 20], { type: "list_num", maxItems: 20 }],
  [["list_uuid", 3], { type: "list_uuid", maxItems: 3 }],
  [["list_map", 4], { type: "list_map", maxItems: 4 }],
  [["map", 50], { type: "map", maxItems: 50 }],
  [["string", { maxBytes: 5, allowNil: true }], { type: "string", maxBytes: 5, allowNil: true }],
  [["map", { required: ["k"] }], { type: "map", required: ["k"] }],
  [["num", {}], { type: "num" }],
])("functions F20: the old form %j equals %j", (old, spec) => {
  expect(registered({ args: { a: old } })).toEqual(registered({ args: { a: spec } }));
});
test.each([[["num", 5]], [["string"]], [["string", 1, 2]], [["strin", 1]], [[5, "string"]], [5], [null]])(
  "functions F20: %j is no form",
  (spec) => {
    const [problem, ...others] = problemsOf({ args: { a: spec } });

    expect(problem).toMatch(/^argument validation failed: argument "a" has /);
    expect(others).toEqual([]);
  },
);

test.each([0, -1, 0.9, "3", { other: 3 }, { same_node: 0 }, { all_nodes: "2" }])(
  "functions F21: retry %j is refused",
  (value) => {
    expect(problemsOf({ retry: value })).toEqual([retry]);
  },
);
test.each([
  [null, undefined],
  [undefined, undefined],
  [3, { mode: "all_nodes", times: 3 }],
  [{ same_node: 2 }, { mode: "same_node", times: 2 }],
  [{ all_nodes: 5 }, { mode: "all_nodes", times: 5 }],
  [3.7, { mode: "all_nodes", times: 3 }],
  [{ same_node: 2.9 }, { mode: "same_node", times: 2 }],
])("functions F21: retry %j is %j", (value, message) => {
  expect(registered({ retry: value }).retry).toEqual(message);
});

test.each([50, 99, 300_001, 500_000, 100.5, "1000", null])("functions F22: timeout %j is refused", (value) => {
  expect(problemsOf({ timeoutMs: value })).toEqual([timeout]);
});
test.each([100, 300_000])("functions F22: timeout %p is accepted", (value) => {
  expect(registered({ timeoutMs: value }).timeoutMs).toBe(value);
});
test("functions F22: timeout infinity is accepted", () => {
  expect(registered({ timeoutMs: Number.POSITIVE_INFINITY }).timeoutMs).toBe(-1);
});

test.each(["", "0.0.0", 1])("functions F23: version %j is refused", (value) => {
  expect(problemsOf({ version: value })).toEqual([version]);
});
test.each([
  [null, undefined],
  ["1.0.0", "1.0.0"],
  ["not semver", "not semver"],
])("functions F23: version %j is accepted", (value, sent) => {
  expect(registered({ version: value }).version).toBe(sent);
});

describe("functions F24: all problems come together, in the order of the fields", () => {
  // Written the other way round, so that the order is not the one in which they stand.
  const wrong = {
    idempotent: "no",
    hookTimeoutMs: 0,
    after: "",
    before: {},
    retry: 0,
    disabled: 1,
    version: "",
    requestInfo: "x",
    permit: ["module", "name"],
    permission: "everybody",
    mode: "later",
    args: { a: "text" },
    handler: "find",
    timeoutMs: 50,
    select: "invalid",
    nodes: [],
    service: "",
    function: "",
  };
  const problems = [
    "request_type must be a non-empty string (function)",
    "service must be a non-empty string",
    "nodes must be a non-empty list of names, a resolver, or local",
    mode,
    timeout,
    "handler must be a valid function reference",
    'argument validation failed: argument "a" has the unknown type "text"',
    "response_type must be sync, async, stream, or none (mode)",
    "check_permission must be false, any_authenticated, {arg: name}, or {role: roles} (permission: public for false)",
    "permission_callback must be null or a valid function reference (permit)",
    requestInfo,
    version,
    "disabled must be a boolean",
    retry,
    "before_execute must be null or a valid function reference (before)",
    "after_execute must be null or a valid function reference (after)",
    hookTimeout,
    "idempotent must be a boolean",
  ];

  test("six of them", () => {
    const { function: _, service, timeoutMs, permission, version, retry, hookTimeoutMs } = wrong;
    const six = { hookTimeoutMs, retry, version, permission, timeoutMs, service };
    const expected = [1, 4, 8, 11, 13, 16].map((index) => problems[index]);

    expect(problemsOf(six)).toEqual(expected);
  });

  test("every one", () => {
    expect(problemsOf(wrong)).toEqual(problems);
  });
});

test.each([0, -1, "fast", 1.5])("functions F25: hook_timeout %j is refused", (value) => {
  expect(problemsOf({ hookTimeoutMs: value })).toEqual([hookTimeout]);
});
test("functions F25: request_info takes a boolean only", () => {
  expect(problemsOf({ requestInfo: "x" })).toEqual([requestInfo]);
  expect(registered({ requestInfo: true }).requestInfo).toBe(true);
});
test("functions F25: a mode is one that there is", () => {
  expect(problemsOf({ select: "invalid" })).toEqual([mode]);
  expect(registered({ select: { sticky: "k" } }).chooseNode).toEqual({ mode: "sticky", key: "k" });
});
