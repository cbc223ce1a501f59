import { expect, test } from "@jest/globals";
import { definitionProblems } from "./rules.js";

const sound = { service: "s", function: "T", handler: () => 1 };
const problemsOf = (fields: object) => definitionProblems({ ...sound, ...fields });

const callback = "permission_callback must be null or a valid function reference (permit)";
const before = "before_execute must be null or a valid function reference (before)";
const nodes = "nodes must be a non-empty list of names, a resolver, or local";
const select =
  "choose_node_mode must be random, hash, {hash: key}, round_robin, or {sticky: key} " +
  "(select: also sticky, least_request, weighted, or {selector: name})";
const permission =
  "check_permission must be false, any_authenticated, {arg: name}, or {role: roles} (permission: public for false)";
const retry = "retry must be null, a number of at least 1, {same_node: n}, or {all_nodes: n}";
const timeout = "timeout must be an integer between 100 and 300000, or infinity (timeoutMs)";
const streamFields =
  "stream must hold firstItemMs or totalMs of at least 1, idleMs of at least 0, overflow block, drop_oldest or close, or resumable";
const cacheFields =
  "result_cache must hold ttlMs of at least 1, and may hold key, a list of arguments, and staleMs of at least 0 (resultCache)";
const limits =
  "rate_limits must be a list of limits: key, a non-empty string, max of 1 to 1000000, and windowMs of at least 1 (rateLimits)";
const concurrency = "concurrency must hold max of at least 1, and may hold queue of at least 0";
const preset = "predefined_args must be a list of plain data (preset)";
const examples = "examples must be a list of {name, args, result} of plain data";
const schema = "result_schema must be a JSON Schema, an object of plain data (resultSchema)";
const handler = "handler must be a valid function reference";
const mode = "response_type must be sync, async, stream, or none (mode)";

test.each<[problem: string, field: string, refused: unknown[], allowed: unknown[]]>([
  ["request_type must be a non-empty string (function)", "function", ["", null, 7], ["find", "a.b-c_D9"]],
  ["service must be a non-empty string", "service", ["", null, ["s"]], ["places"]],
  [
    nodes,
    "nodes",
    [[], [""], [null], ["a", 1], "a", null, {}, { resolver: "" }, { resolver: "r", fixed: 1 }, { resolver: "r", x: 1 }],
    ["local", ["a", "127.0.0.1:1"], { resolver: "r" }, { resolver: "r", fixed: [1, { a: null }] }],
  ],
  [
    select,
    "select",
    ["invalid", null, 1, {}, { hash: "" }, { hash: 1 }, { sticky: null }, { hash: "a", sticky: "b" }, { random: "a" }],
    ["random", "round_robin", "hash", "sticky", "least_request", "weighted", { hash: "user_id" }, { selector: "mine" }],
  ],
  [timeout, "timeoutMs", [99, 300_001, 100.5, "100", null, Number.NaN, Number.NEGATIVE_INFINITY], [100, 300_000]],
  [handler, "handler", [undefined, null, "f", ["m", "f"]], [async () => 1]],
  [preset, "preset", [1, "a", null, [() => 1], [undefined], [Number.NaN]], [[], [1, "a", null, [{}]]]],
  ["open_arguments must be a boolean (openArguments)", "openArguments", [1, null, "true"], [true, false]],
  [mode, "mode", ["", "unary", null, "SYNC"], ["sync", "async", "stream", "none"]],
  [
    permission,
    "permission",
    [false, true, null, "admin", {}, { arg: "" }, { role: "admin" }, { role: [1] }, { role: [""] }, { roles: ["a"] }],
    ["public", "any_authenticated", { arg: "undeclared" }, { role: ["a", "b"] }, { role: [] }],
  ],
  [
    callback,
    "permit",
    ["", 1, {}, ["module", "name"], { callback: "a" }, { callback: "", fixed: [] }, { callback: "a", fixed: {} }],
    [null, "a", { callback: "a", fixed: [] }, { callback: "a", fixed: [1] }],
  ],
  ["request_info must be a boolean (requestInfo)", "requestInfo", ["x", null, 0], [true, false]],
  ["version must be null or a version string", "version", ["", "0.0.0", 1], [null, "1.0.0", "v2", "0.0.1"]],
  ["disabled must be a boolean", "disabled", ["false", null, 1], [true, false]],
  [
    retry,
    "retry",
    [0, -1, 0.5, "3", { other: 3 }, { same_node: 0.9 }, { same_node: 1, all_nodes: 1 }, Number.NaN, Infinity, [3]],
    [null, 3, 3.7, 1, { same_node: 2.9 }, { all_nodes: 5 }],
  ],
  [before, "before", ["", {}, { hook: "a" }, { callback: "a", fixed: [] }], [null, "a", { hook: "a", fixed: [1] }]],
  ["hook_timeout must be a positive integer (hookTimeoutMs)", "hookTimeoutMs", [0, -1, "fast", 1.5, null], [1, 5_000]],
  ["idempotent must be a boolean", "idempotent", ["yes", null], [true]],
  [
    cacheFields,
    "resultCache",
    [{}, { ttlMs: 0 }, 5, { ttlMs: 1, staleMs: -1 }, { ttlMs: 1, keys: [] }],
    [{ ttlMs: 1 }],
  ],
  [
    limits,
    "rateLimits",
    [{}, [{}], [{ key: "user_id", max: 0, windowMs: 1 }], [{ key: "", max: 1, windowMs: 1 }], [null]],
    [[], [{ key: "user_id", max: 1, windowMs: 1 }]],
  ],
  [concurrency, "concurrency", [1, {}, { max: 0 }, { max: 1, queue: -1 }], [{ max: 1 }, { max: 1, queue: 0 }]],
  ["summary must be a string", "summary", [1, null], [""]],
  ["description must be a string", "description", [1, null], [""]],
  ["tags must be a list of non-empty strings", "tags", ["a", [1], [""]], [[], ["a"]]],
  [examples, "examples", [{}, [1], [{ arguments: {} }], [{ args: [] }], [{ result: () => 1 }]], [[{ args: { a: 1 } }]]],
  [schema, "resultSchema", ["{}", true, [], { a: () => 1 }, new Date()], [{}, { type: "object" }]],
])("%s", (problem, field, refused, allowed) => {
  for (const value of refused) expect([value, problemsOf({ [field]: value })]).toEqual([value, [problem]]);
  for (const value of allowed) expect([value, problemsOf({ [field]: value })]).toEqual([value, []]);
});

test("Infinity is a time limit", () => {
  expect(problemsOf({ timeoutMs: Number.POSITIVE_INFINITY })).toEqual([]);
});

test("names have a form", () => {
  expect(problemsOf({ function: "no good", service: "S" })).toEqual([
    "request_type must match ^[A-Za-z][A-Za-z0-9_.-]{0,127}$ (function)",
    "service must match ^[a-z][a-z0-9_-]{0,62}$",
  ]);
});

test("a stream's policy is for streams", () => {
  const policy = { firstItemMs: 1, idleMs: 0, totalMs: 1, overflow: "close", resumable: true };

  expect(problemsOf({ mode: "stream", stream: policy })).toEqual([]);
  expect(problemsOf({ mode: "stream", stream: {} })).toEqual([]);
  expect(problemsOf({ stream: policy })).toEqual(["stream is for functions of mode stream"]);
  for (const wrong of [{ firstItemMs: 0 }, { idleMs: -1 }, { totalMs: 0 }, { overflow: "drop" }, { itemMs: 1 }, 5])
    expect([wrong, problemsOf({ mode: "stream", stream: wrong })]).toEqual([wrong, [streamFields]]);
});

test("what results and limits go by must be declared", () => {
  const policies = {
    resultCache: { key: ["a", "x"], ttlMs: 1 },
    rateLimits: ["ip_address", "a", "y"].map((key) => ({ key, max: 1, windowMs: 1 })),
  };

  expect(problemsOf({ args: { a: "string" }, ...policies })).toEqual([
    'result_cache must name declared arguments, got ["x"]',
    'rate_limits must name declared arguments, got ["y"]',
  ]);
  expect(problemsOf({ openArguments: true, ...policies })).toEqual([]);
});

test("unknown fields are named", () => {
  expect(problemsOf({ timeout: 5_000, retries: 3 })).toEqual(['unknown fields: ["timeout", "retries"]']);
});

test("without a handler's key the handler is elsewhere", () => {
  expect(definitionProblems({ service: "s", function: "T" })).toEqual([]);
});

test.each([undefined, null, 1, "f", [], () => 1, new Map()])("%p is no definition", (definition) => {
  expect(definitionProblems(definition)).toEqual(["a definition must be an object"]);
});
