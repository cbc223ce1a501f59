import { Metadata } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type MemoryStore } from "@weft/cache";
import { encodeStruct, errorFromGrpc } from "@weft/contracts";
import type { InvalidateResultsRequest, InvalidateResultsResponse } from "@weft/contracts/admin";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, systemClock, WeftError } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn, type RunningService, type ServiceDefinition, type UnaryHandler } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

let executed = 0;
let release = () => {};
let gate = Promise.resolve();
function closeGate(): void {
  gate = new Promise((resolve) => {
    release = resolve;
  });
}

const args = { id: { type: "num" }, note: { type: "string", default: "" } } as const;
async function handler({ id }: { id: number }) {
  const count = ++executed;
  await gate;
  return { id, count };
}

const forAMinute = { ttlMs: 60_000 };
const books = defineService({
  name: "books",
  version: "1.0.0",
  functions: {
    find: fn({ args, permission: "public", resultCache: forAMinute, handler }),
    byId: fn({ args, permission: "public", resultCache: { ...forAMinute, key: ["id"] }, handler }),
    brief: fn({ args, permission: "public", resultCache: { ttlMs: 1, staleMs: 60_000 }, handler }),
    gone: fn({ args, permission: "public", resultCache: { ttlMs: 1 }, handler }),
    plain: fn({ args, permission: "public", handler }),
    exact: fn({
      permission: "public",
      resultCache: forAMinute,
      handler: () => ({ big: 2n ** 60n, count: ++executed }),
    }),
    large: fn({ permission: "public", resultCache: forAMinute, handler: () => `${++executed}`.padEnd(300_000) }),
    wide: fn({
      args: { id: { type: "num" } },
      permission: "public",
      resultCache: forAMinute,
      handler: ({ id }) => `${id}`.padEnd(200_000),
    }),
    fails: fn({
      permission: "public",
      resultCache: forAMinute,
      async handler() {
        const count = ++executed;
        await gate;
        throw new WeftError(Code.NotFound, `failure ${count}`, { reason: "NOTHING" });
      },
    }),
    owned: fn({
      args: { user: { type: "string" } },
      permission: { arg: "user" },
      resultCache: forAMinute,
      handler: () => 1,
    }),
  },
});

let begun = 0;
const counting: Plugin<Pipeline> = {
  name: "counting",
  after: ["idempotency"],
  before: ["response-cache"],
  callbacks: {
    execute: (next) => (call) => {
      if (call.request.service === "books") begun++; // the gateway asks the cache by the same way
      return next(call);
    },
  },
};

let mesh: RunningMesh;
let store: MemoryStore;
let cache: RunningService;
let node: RunningService;
function cacheOf(results: MemoryStore): ServiceDefinition {
  const namespaces = createNamespaces(createMemoryStore({ capacity: 1_000, clock: systemClock }), {
    "mesh-results": results,
  });
  // Who may use it is for its clients: the gateway is not one of them.
  const functions = cacheFunctions(namespaces, { permission: "any_authenticated" });
  return defineService({ name: "cache", version: "1.0.0", functions });
}

beforeEach(async () => {
  executed = 0;
  begun = 0;
  gate = Promise.resolve();
  store = createMemoryStore({ capacity: 1_000, clock: systemClock });
  mesh = await runMesh([], { maxStreamsPerConnection: 2_000 }, { plugins: [counting] });
  cache = await mesh.add(cacheOf(store));
  node = await mesh.add(books);
});
afterEach(async () => {
  release();
  await mesh.close();
});

function execute(functionName: string, json: string, fields: object = {}, limitMs = 10_000) {
  const value = Buffer.from(json);
  const message = {
    service: "books",
    function: functionName,
    arguments: { $case: "argsJson", value },
    ...fields,
  } as const;
  return unary(mesh.client, "execute", ExecuteRequest.fromPartial(message), limitMs);
}

async function call(functionName: string, given: object = { id: 1 }, limitMs = 10_000): Promise<unknown> {
  const { outcome } = await execute(functionName, JSON.stringify(given), {}, limitMs);
  return outcome && JSON.parse(outcome.value.toString());
}

/** Until a result lies in the cache: it is put there behind the answer. */
const kept = (entries = 1) => until(() => store.stats().size === entries, `${entries} kept results`);

function invalidate(functionName: string, keyArguments?: object): Promise<number> {
  const request: InvalidateResultsRequest = {
    service: "books",
    function: functionName,
    keyArguments: keyArguments === undefined ? Buffer.alloc(0) : encodeStruct({ ...keyArguments }),
  };
  return new Promise((resolve, reject) => {
    mesh.admin.invalidateResults(request, new Metadata(), (error, response: InvalidateResultsResponse) =>
      error === null ? resolve(response.removed) : reject(errorFromGrpc(error)),
    );
  });
}

test("a result is given again, and names the node that computed it", async () => {
  const first = await execute("find", '{"id":1}');
  await kept();
  const second = await execute("find", '{"note":"","id":1.0}');

  expect(second.outcome).toEqual(first.outcome);
  expect(second.node).toBe(node.node.id);
  expect(await call("find", { id: 2 })).toEqual({ id: 2, count: 2 });
});

test("a result comes back byte for byte", async () => {
  const first = await execute("exact", "{}");
  await kept();

  expect((await execute("exact", "{}")).outcome).toEqual(first.outcome);
  expect(first.outcome?.value.toString()).toContain("1152921504606846976");
});

test("only the named arguments make up the key", async () => {
  await call("byId", { id: 1, note: "a" });
  await kept();

  expect(await call("byId", { id: 1, note: "b" })).toEqual({ id: 1, count: 1 });
  expect(await call("find", { id: 1, note: "b" })).toEqual({ id: 1, count: 2 });
});

test("a function that does not ask for it is called each time", async () => {
  await call("plain");
  await call("plain");

  expect(executed).toBe(2);
  expect(store.stats().size).toBe(0);
});

test("a result that is too large is not kept", async () => {
  await call("large", {});
  await call("large", {});

  expect(executed).toBe(2);
});

test("a thousand calls at once make one", async () => {
  closeGate();
  const calls = Array.from({ length: 1_000 }, () => call("find", { id: 1 }, 20_000));
  await until(() => begun === 1_000, "all of them are at the gateway");
  await until(() => executed > 0, "the function begins");
  release();

  const results = await Promise.all(calls);

  expect(new Set(results.map((result) => JSON.stringify(result)))).toEqual(new Set(['{"id":1,"count":1}']));
  expect(executed).toBe(1);
});

test("those who waited for a call share its error, which is not kept", async () => {
  closeGate();
  const calls = Array.from({ length: 50 }, () => failure(call("fails", {})));
  await until(() => begun === 50, "all of them are at the gateway");
  await until(() => executed > 0, "the function begins");
  release();

  const errors = await Promise.all(calls);

  expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(["failure 1"]));
  expect(await failure(call("fails", {}))).toMatchObject({ reason: "NOTHING", message: "failure 2" });
});

test("each of those who wait has a deadline of its own, the first too", async () => {
  closeGate();
  const first = failure(call("find", { id: 1 }, 300));
  await until(() => executed === 1, "the function begins");
  const second = call("find");
  expect(await first).toMatchObject({ code: Code.DeadlineExceeded });

  release();

  expect(await second).toEqual({ id: 1, count: 1 });
});

test("when nobody waits any more the call is ended", async () => {
  closeGate();
  expect(await failure(call("find", { id: 1 }, 200))).toMatchObject({ code: Code.DeadlineExceeded });
  release();
  gate = Promise.resolve();

  expect(await call("find")).toEqual({ id: 1, count: 2 });
});

test("a stale result is given at once while one call in the background gets a new one", async () => {
  await call("brief");
  await kept();
  closeGate();

  const meanwhile: unknown[] = [];
  await until(
    async () => meanwhile.push(await call("brief")) > 5 && executed === 2,
    "the result is stale, and computed anew",
  );
  release();
  const isNew = async () => JSON.stringify(await call("brief")) !== '{"id":1,"count":1}';
  await until(isNew, "a new result");

  expect(new Set(meanwhile.map((result) => JSON.stringify(result)))).toEqual(new Set(['{"id":1,"count":1}']));
});

test("a result that is over and not to be given stale is computed again", async () => {
  await call("gone");
  await kept();
  const now = Date.now();
  await until(() => Date.now() > now + 2, "the end of the result");

  expect(await call("gone")).toEqual({ id: 1, count: 2 });
});

test("a call with an idempotency key wants its own outcome", async () => {
  await call("find");
  await kept();
  await execute("find", '{"id":1}', { idempotencyKey: "k1" });

  expect(executed).toBe(2);
});

test("a kept result is for those alone who may call the function", async () => {
  expect(await failure(call("owned", { user: "u1" }))).toMatchObject({ code: Code.Unauthenticated });
});

test("one result is invalidated, or all of a function", async () => {
  for (const id of [1, 2, 3]) await call("find", { id });
  await call("byId", { id: 1 });
  await kept(4);

  expect(await invalidate("find", { id: 2 })).toBe(1);
  expect(await invalidate("byId", { id: 7 })).toBe(0);
  expect(await invalidate("find")).toBe(2);

  expect(store.stats().size).toBe(1);
  expect(await call("find", { id: 2 })).toEqual({ id: 2, count: 5 });
});

test("more results are invalidated than fit into one answer of the cache", async () => {
  for (let id = 0; id < 8; id++) await call("wide", { id });
  await kept(8);

  expect(await invalidate("wide")).toBe(8);
});

test("invalidation says what is wrong with it", async () => {
  expect(await failure(invalidate("nothing"))).toMatchObject({ code: Code.NotFound, reason: Reason.FunctionNotFound });
  expect(await failure(invalidate("byId", { isbn: 1 }))).toMatchObject({ code: Code.InvalidArgument });
  expect(await failure(invalidate("find", { id: "1" }))).toMatchObject({ code: Code.InvalidArgument });
});

test("every node of a cache is invalidated", async () => {
  const other = createMemoryStore({ capacity: 1_000, clock: systemClock });
  await mesh.add(cacheOf(other));
  for (let id = 0; id < 20; id++) await call("find", { id });
  await until(() => store.stats().size + other.stats().size === 20, "20 kept results");
  expect([store.stats().size, other.stats().size]).not.toContain(0);

  expect(await invalidate("find")).toBe(20);
});

test("without a cache functions are called", async () => {
  await call("find");
  await kept();
  await cache.close();

  expect(await call("find")).toEqual({ id: 1, count: 2 });
  expect(await call("find")).toEqual({ id: 1, count: 3 });
});

test("with a cache that has no namespace of the mesh functions are called", async () => {
  const functions = cacheFunctions(createNamespaces(store), { permission: "public" });
  const own = await runMesh([defineService({ name: "cache", version: "1.0.0", functions }), books]);
  const value = Buffer.from('{"id":1}');
  const message = { service: "books", function: "find", arguments: { $case: "argsJson", value } } as const;

  for (const count of [1, 2]) {
    const { outcome } = await unary(own.client, "execute", ExecuteRequest.fromPartial(message));
    expect(outcome?.value.toString()).toBe(`{"id":1,"count":${count}}`);
  }
  expect(store.stats()).toMatchObject({ totalGets: 0, totalSets: 0 });
  await own.close();
});

test("a cache that hangs does not keep calls from their functions", async () => {
  const hanging: UnaryHandler<object> = (_args, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", resolve));
  const open = { openArguments: true, permission: "public", handler: hanging } as const;
  await cache.close();
  const own = await runMesh([
    defineService({ name: "cache", version: "1.0.0", functions: { get: fn(open), set: fn(open) } }),
    books,
  ]);
  const value = Buffer.from('{"id":1}');
  const message = { service: "books", function: "find", arguments: { $case: "argsJson", value } } as const;

  const { outcome } = await unary(own.client, "execute", ExecuteRequest.fromPartial(message));

  expect(outcome?.value.toString()).toBe('{"id":1,"count":1}');
  await own.close();
});
