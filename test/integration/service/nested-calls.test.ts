import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Client, createClient } from "@weft/client";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { type ServiceProcess, startProcess } from "../../support/service-process.js";
import { testIdentity } from "../../support/test-identity.js";
import { until, within } from "../../support/within.js";

let leafEnds: string[] = [];
let leafStarts = 0;
const leaf = defineService({
  name: "leaf",
  version: "1.0.0",
  functions: {
    who: fn({
      permission: { role: ["editor"] },
      handler: (_args, { identity, requestId, timeLeftMs }) => ({ identity, requestId, leftMs: timeLeftMs() }),
    }),
    wait: fn({
      permission: "public",
      timeoutMs: 60_000,
      handler: (_args, { signal }) =>
        new Promise((resolve) => {
          leafStarts++;
          signal.addEventListener("abort", () => {
            leafEnds.push(signal.reason.reason);
            resolve(undefined);
          });
        }),
    }),
    later: fn({ mode: "async", permission: "public", handler: () => "later" }),
    ticks: fn.stream({
      permission: "public",
      async *handler(_args, { signal }) {
        try {
          for (let i = 1; !signal.aborted; i++) yield i;
        } finally {
          leafEnds.push("finally");
        }
      },
    }),
  },
});

/** Passes everything on to `leaf`. */
const middle = defineService({
  name: "middle",
  version: "1.0.0",
  functions: {
    who: fn({ permission: "public", handler: (_args, { call }) => call("leaf.who") }),
    wait: fn({ permission: "public", timeoutMs: 60_000, handler: (_args, { call }) => call("leaf.wait") }),
    later: fn({ permission: "public", handler: (_args, { call }) => call("leaf.later") }),
    ticks: fn.stream({ permission: "public", handler: (_args, { stream }) => stream("leaf.ticks") }),
  },
});

let firedAfterAnswer = 0;
/** Listens to its signal and leaves: what it leaves running would go on. */
const quick = defineService({
  name: "quick",
  version: "1.0.0",
  functions: {
    answer: fn({
      permission: "public",
      handler(_args, { signal }) {
        signal.addEventListener("abort", () => firedAfterAnswer++);
      },
    }),
    items: fn.stream({
      permission: "public",
      async *handler(_args, { signal }) {
        signal.addEventListener("abort", () => firedAfterAnswer++);
        yield 1;
      },
    }),
  },
});

let hops = 0;
/** Passes everything on to `middle`, or to itself, or to the cache. */
const outer = defineService({
  name: "outer",
  version: "1.0.0",
  functions: {
    who: fn({ permission: "public", handler: (_args, { call }) => call("middle.who") }),
    wait: fn({ permission: "public", timeoutMs: 60_000, handler: (_args, { call }) => call("middle.wait") }),
    ticks: fn.stream({ permission: "public", handler: (_args, { stream }) => stream("middle.ticks") }),
    cycle: fn({
      permission: "public",
      handler(_args, { call }) {
        hops++;
        return call("outer.cycle");
      },
    }),
    cached: fn({
      args: { key: { type: "string" } },
      permission: "public",
      async handler({ key }, { call }) {
        await call("cache.set", { key, value: { population: 8_961_989 } });
        return call("cache.get", { key });
      },
    }),
  },
});

let mesh: RunningMesh;
let client: Client;
let cache: ServiceProcess;
beforeAll(async () => {
  mesh = await runMesh([leaf, middle, outer, quick], {}, { plugins: [testIdentity] });
  client = createClient(mesh.address, { metadata: () => ({ "x-test-user": "u1", "x-test-roles": "editor" }) });
  cache = await startProcess("cache", {
    WEFT_LISTEN: "127.0.0.1:0",
    WEFT_DISCOVERY: `embedded:${mesh.gateway.meshAddress}`,
    WEFT_LOG_LEVEL: "warn",
  });
});
afterAll(async () => {
  client.close();
  cache.kill("SIGTERM");
  await within(cache.exited, "the end of the cache").finally(() => cache.kill("SIGKILL"));
  await mesh.close();
});

test("two hops on, a call is still that of the user who made it, with what is left of the time", async () => {
  const answer = await client.call("outer.who", {}, { requestId: "r1", timeoutMs: 10_000 });

  expect(answer).toMatchObject({ identity: { userId: "u1", roles: ["editor"] }, requestId: "r1" });
  expect((answer as { leftMs: number }).leftMs).toBeLessThan(10_000);
});

test("a handler waits for a function of mode async: there is nobody who could ask later", async () => {
  expect(await client.call("middle.later")).toBe("later");
});

test("permission is asked of whoever called first, at every hop", async () => {
  const stranger = createClient(mesh.address, { metadata: () => ({ "x-test-user": "u2" }) });

  expect(await failure(stranger.call("outer.who"))).toMatchObject({
    code: Code.PermissionDenied,
    reason: Reason.PermissionDenied,
    domain: "outer",
  });
  stranger.close();
});

test("a cancel by the client reaches the leaf, two hops deep", async () => {
  leafEnds = [];
  leafStarts = 0;
  const abort = new AbortController();
  const call = failure(client.call("outer.wait", {}, { signal: abort.signal }));
  await until(() => leafStarts === 1, "a leaf at work");

  abort.abort();

  expect(await call).toMatchObject({ code: Code.Cancelled });
  await until(() => leafEnds.length > 0, "a leaf that is told");
  expect(leafEnds).toEqual([Reason.Cancelled]);
});

test("a client that leaves a stream ends its producer, two hops deep", async () => {
  leafEnds = [];
  const items: unknown[] = [];

  for await (const item of client.stream("outer.ticks")) if (items.push(item) === 5) break;

  expect(items).toEqual([1, 2, 3, 4, 5]);
  await until(() => leafEnds.length > 0, "a producer that has cleaned up");
});

test("a cycle of services ends at 16 hops", async () => {
  hops = 0;

  expect(await failure(client.call("outer.cycle"))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: Reason.HopLimit,
  });
  expect(hops).toBe(16);
});

test("a function keeps things in the cache, which is a service like any other", async () => {
  const cached = () => client.call("outer.cached", { key: "London" });
  await until(
    () => cached().then(Boolean, (error) => error.reason !== Reason.FunctionNotFound),
    "a node that knows the cache",
  );

  expect(await cached()).toMatchObject({ success: true, value: { population: 8_961_989 } });
});

test("the signal of a handler that has answered stays silent, though grpc-js calls each call cancelled in the end", async () => {
  for (let i = 0; i < 3; i++) {
    await client.call("quick.answer", {}, { timeoutMs: 2_000 });
    for await (const _item of client.stream("quick.items", {}, { timeoutMs: 2_000 }));
  }
  await new Promise((resolve) => setTimeout(resolve, 2_100)); // beyond the limits of these calls

  expect(firedAfterAnswer).toBe(0);
});
