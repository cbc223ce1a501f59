import { expect, test } from "@jest/globals";
import { decodeListValue, decodeValue } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import type { Definition } from "./definition.js";
import { definitionOf } from "./definition-of.js";
import { definitionProblems } from "./rules.js";
import { toConfig } from "./to-config.js";

const minimal: Definition = { service: "shop", function: "look" };

/** Every field, none at its default. */
const full: Definition = {
  service: "shop",
  function: "buy",
  nodes: { resolver: "near", fixed: ["eu"] },
  select: { sticky: "user_id" },
  timeoutMs: 2_000,
  preset: ["shelf", { row: 7 }],
  args: { id: { type: "int64" }, name: { type: "string", maxBytes: 9, allowNil: true, description: "Of the item" } },
  argOrder: ["name", "id"],
  openArguments: false,
  mode: "stream",
  permission: { role: ["clerk"] },
  permit: { callback: "isOpen", fixed: [1] },
  requestInfo: true,
  version: "2.0.0",
  disabled: true,
  retry: { same_node: 2 },
  before: "greet",
  after: { hook: "thank", fixed: ["you"] },
  hookTimeoutMs: 100,
  idempotent: true,
  stream: { firstItemMs: 1, idleMs: 0, totalMs: 3, overflow: "drop_oldest", resumable: true },
  resultCache: { key: ["id"], ttlMs: 5, staleMs: 6 },
  rateLimits: [{ key: "user_id", max: 7, windowMs: 8 }],
  concurrency: { max: 9, queue: 10 },
  summary: "Buys",
  description: "Buys it.",
  tags: ["sales"],
  examples: [{ name: "one", args: { id: "1" }, result: { ok: true } }],
  resultSchema: { type: "object" },
};

const overTheWire = (definition: Definition) =>
  definitionOf(FunctionConfig.decode(FunctionConfig.encode(toConfig(definition)).finish()));

test("every field travels", () => {
  const arrived = overTheWire(full);

  expect(definitionProblems(full)).toEqual([]);
  expect(definitionProblems(arrived)).toEqual([]);
  expect(arrived).toMatchObject({
    ...full,
    args: { name: { ...(full.args?.name as object) }, id: { type: "int64" } },
  });
  expect(Object.keys(arrived).sort()).toEqual(Object.keys(full).sort());
});

test("what is not declared has its documented default", () => {
  const config = toConfig(minimal);

  expect(config).toMatchObject({
    mode: "sync",
    nodes: [],
    permission: { rule: { $case: "anyAuthenticated", value: true } },
    chooseNode: { mode: "random", key: "" },
    idempotent: false,
    openArguments: false,
  });
  const absent = [
    "version",
    "timeoutMs",
    "retry",
    "nodeResolver",
    "permissionCallback",
    "stream",
    "concurrency",
  ] as const;
  for (const field of absent) expect([field, config[field]]).toEqual([field, undefined]);
  expect(definitionProblems(overTheWire(minimal))).toEqual([]);
});

test.each<[Partial<Definition>, Partial<FunctionConfig>]>([
  [{ nodes: "local" }, { nodes: ["local"] }],
  [{ nodes: ["a", "127.0.0.1:1"] }, { nodes: ["a", "127.0.0.1:1"] }],
  [{ select: { selector: "mine" } }, { chooseNode: { mode: "registered", key: "mine" } }],
  [{ select: { hash: "id" } }, { chooseNode: { mode: "hash", key: "id" } }],
  [{ select: "sticky" }, { chooseNode: { mode: "sticky", key: "" } }],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, { timeoutMs: -1 }],
  [{ permission: "public" }, { permission: { rule: { $case: "public", value: true } } }],
  [{ permission: { arg: "id" } }, { permission: { rule: { $case: "arg", value: "id" } } }],
  [{ permit: "isOpen" }, { permissionCallback: "isOpen" }],
  [{ retry: 3.7 }, { retry: { mode: "all_nodes", times: 3 } }],
  [{ retry: { same_node: 2.9 } }, { retry: { mode: "same_node", times: 2 } }],
  [{ before: "greet" }, { beforeExecute: "greet" }],
  [{ after: "thank" }, { afterExecute: "thank" }],
  [{ concurrency: { max: 3 } }, { concurrency: { maxRunning: 3, maxQueued: 0 } }],
  [{ resultCache: { ttlMs: 3 } }, { resultCache: { keyArguments: [], ttlMs: 3, staleMs: 0 } }],
])("%j travels as %j", (fields, message) => {
  const definition = { ...minimal, ...fields };

  expect(toConfig(definition)).toMatchObject(message);
  expect(definitionProblems(overTheWire(definition))).toEqual([]);
});

test("null is nothing where JavaScript may say it", () => {
  const nulls = { version: null, permit: null, retry: null, before: null, after: null, args: null, argOrder: null };
  const definition = { ...minimal, ...nulls } as unknown as Definition;

  expect(definitionProblems(definition)).toEqual([]);
  expect(toConfig(definition)).toEqual(toConfig(minimal));
});

test("arguments travel in the order that the handler gets them in", () => {
  const config = toConfig(full);

  expect(config.arguments.map(({ name }) => name)).toEqual(["name", "id"]);
  expect(decodeListValue(config.presetArguments)).toMatchObject(["shelf", { row: 7 }]);
  expect(decodeListValue(config.afterExecuteArguments)).toEqual(["you"]);
  expect(decodeValue(config.examples[0]?.result ?? Buffer.alloc(0))).toMatchObject({ ok: true });
});

const malformed = Buffer.from([0x0a]);

test.each<[Partial<FunctionConfig>, string]>([
  [{ mode: "" }, "response_type must"],
  [{ nodes: ["a"], nodeResolver: "r" }, "nodes must"],
  [{ chooseNode: { mode: "", key: "" } }, "choose_node_mode must"],
  [{ chooseNode: { mode: "registered", key: "" } }, "choose_node_mode must"],
  [{ chooseNode: { mode: "stickier", key: "k" } }, "choose_node_mode must"],
  [{ timeoutMs: -2 }, "timeout must"],
  [{ argumentOrder: 7 as never }, "argument validation failed: arg_orders must"],
  [{ presetArguments: malformed }, "predefined_args must"],
  [{ permission: { rule: { $case: "arg", value: "" } } }, "check_permission must"],
  [{ permissionCallback: "" }, "permission_callback must"],
  [{ version: "" }, "version must"],
  [{ retry: { mode: "", times: 1 } }, "retry must"],
  [{ retry: { mode: "all_nodes", times: 0 } }, "retry must"],
  [{ beforeExecute: "a", beforeExecuteArguments: malformed }, "before_execute must"],
  [{ hookTimeoutMs: 0 }, "hook_timeout must"],
  [{ resultSchema: "{" }, "result_schema must"],
  [{ examples: [{ name: "", arguments: malformed, result: malformed }] }, "examples must"],
  [{ concurrency: { maxRunning: 0, maxQueued: 0 } }, "concurrency must"],
])("the wire form %j breaks a rule", (fields, problem) => {
  const problems = definitionProblems(definitionOf({ ...toConfig({ ...minimal, args: { a: "num" } }), ...fields }));

  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test("a name that stands twice breaks a rule, in either order", () => {
  const config = toConfig({ ...minimal, args: { a: "num", b: "num" } });
  const [a] = config.arguments.slice(0, 1);
  const twice = { ...config, arguments: [...config.arguments, ...(a === undefined ? [] : [a])] };

  for (const argumentOrder of [0, 1, 2] as const)
    expect(definitionProblems(definitionOf({ ...twice, argumentOrder }))).toEqual([
      'argument validation failed: arg_orders must hold each of ["a", "b"] once (argOrder)',
    ]);
});

test("permissions that nobody has are sound", () => {
  const nobody = [undefined, { $case: "public", value: false }, { $case: "anyAuthenticated", value: false }] as const;

  for (const rule of nobody)
    expect(definitionProblems(definitionOf({ ...toConfig(minimal), permission: { rule } }))).toEqual([]);
});
