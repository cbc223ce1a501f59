import { Metadata } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";
import { until } from "../../support/within.js";

let executed = 0;
let release = () => {};
let gate = Promise.resolve();
function closeGate(): void {
  gate = new Promise((resolve) => {
    release = resolve;
  });
}

const args = { n: { type: "num", default: 1 } } as const;
const orders = defineService({
  name: "orders",
  version: "1.0.0",
  functions: {
    place: fn({
      args,
      permission: "public",
      async handler({ n }) {
        const order = ++executed;
        await gate;
        return { order, n };
      },
    }),
    refuse: fn({
      permission: "public",
      handler() {
        throw new WeftError(Code.FailedPrecondition, `refused ${++executed}`, { reason: "SOLD_OUT" });
      },
    }),
    crash: fn({
      permission: "public",
      handler() {
        throw new Error(`crash ${++executed}`);
      },
    }),
    notify: fn({ mode: "none", args, permission: "public", handler: () => void executed++ }),
    items: fn.stream({
      permission: "public",
      async *handler() {
        yield ++executed;
      },
    }),
  },
});

let mesh: RunningMesh;
beforeEach(async () => {
  executed = 0;
  gate = Promise.resolve();
  mesh = await runMesh([orders]);
});
afterEach(async () => {
  release();
  await mesh.close();
});

const request = (functionName: string, given: object, idempotencyKey: string) => ({
  service: "orders",
  function: functionName,
  arguments: { $case: "argsJson", value: Buffer.from(JSON.stringify(given)) } as const,
  idempotencyKey,
});

async function call(functionName: string, given: object = {}, key = "k1", limitMs = 10_000): Promise<unknown> {
  const message = ExecuteRequest.fromPartial(request(functionName, given, key));
  const { outcome } = await unary(mesh.client, "execute", message, limitMs);
  return outcome && JSON.parse(outcome.value.toString());
}

test("calls with the same key run once, and get the same result", async () => {
  const results = [await call("place"), await call("place", { n: 1 }), await call("place")];

  expect(results).toEqual(Array(3).fill({ order: 1, n: 1 }));
  expect(await call("place", {}, "k2")).toEqual({ order: 2, n: 1 });
});

test("a call waits for another one of its key that is under way", async () => {
  closeGate();
  const calls = [call("place"), call("place"), call("place")];
  await until(() => executed > 0, "the function begins");

  release();

  expect(await Promise.all(calls)).toEqual(Array(3).fill({ order: 1, n: 1 }));
});

test("the same key with other arguments is refused", async () => {
  await call("place", { n: 1 });

  expect(await failure(call("place", { n: 2 }))).toMatchObject({
    code: Code.AlreadyExists,
    reason: Reason.IdempotencyKeyReused,
  });
  expect(executed).toBe(1);
});

test("the order of arguments makes no difference, nor does the form of numbers", async () => {
  const exact = Buffer.from('{"n": 1.0}');
  await call("place", { n: 1 });

  const message = ExecuteRequest.fromPartial({
    ...request("place", {}, "k1"),
    arguments: { $case: "argsJson", value: exact },
  });
  await unary(mesh.client, "execute", message);

  expect(executed).toBe(1);
});

test.each([
  ["refuse", { reason: "SOLD_OUT", message: "refused 1" }],
  ["crash", { reason: Reason.Internal }],
])("an error of the function is an outcome: %s", async (name, error) => {
  const errors = [await failure(call(name)), await failure(call(name))];

  expect(errors).toMatchObject([error, error]);
  expect(executed).toBe(1);
});

test("keys of different functions have nothing to do with each other", async () => {
  await call("place");

  await failure(call("refuse"));

  expect(executed).toBe(2);
});

test("what never came to the function is no outcome", async () => {
  let tries = 0;
  const lostOnce: Plugin<Pipeline> = {
    name: "lost-once",
    after: ["idempotency"],
    before: ["retry"],
    callbacks: {
      execute: (next) => async (call) => {
        if (++tries > 1) return next(call);
        throw new WeftError(Code.Unavailable, "connection lost", { reason: Reason.ConnectionLost });
      },
    },
  };
  await mesh.close();
  mesh = await runMesh([orders], {}, { plugins: [lostOnce] });

  expect(await failure(call("place"))).toMatchObject({ reason: Reason.ConnectionLost });

  expect(await call("place")).toEqual({ order: 1, n: 1 });
});

test("the work of a caller who has gone goes on, and its outcome is for who asks again", async () => {
  closeGate();
  const cancelled = new Promise<Code>((resolve) => {
    const message = ExecuteRequest.fromPartial(request("place", {}, "k1"));
    const rpc = mesh.client.execute(message, new Metadata(), (error) => resolve(error?.code ?? Code.Ok));
    void until(() => executed > 0, "the function begins").then(() => rpc.cancel());
  });
  expect(await cancelled).toBe(Code.Cancelled);

  const again = call("place");
  release();

  expect(await again).toEqual({ order: 1, n: 1 });
});

test("who waits for another's call has a deadline of his own", async () => {
  closeGate();
  const first = call("place");
  await until(() => executed > 0, "the function begins");

  expect(await failure(call("place", {}, "k1", 100))).toMatchObject({ code: Code.DeadlineExceeded });
  release();

  expect(await first).toEqual({ order: 1, n: 1 });
});

test("a one-way call does not run again either", async () => {
  await call("notify");
  await call("notify");
  await until(() => executed > 0, "the function runs");

  expect(await failure(call("notify", { n: 2 }))).toMatchObject({ reason: Reason.IdempotencyKeyReused });
  expect(executed).toBe(1);
});

test("a stream runs each time: the key is for its function", async () => {
  await openStream(mesh.client, request("items", {}, "k1")).rest();
  await openStream(mesh.client, request("items", {}, "k1")).rest();

  expect(executed).toBe(2);
});

test.each([["with space"], ["é"], ["x".repeat(129)], ["\u007f"]])("the key %j is refused", async (key) => {
  const refused = { code: Code.InvalidArgument, reason: Reason.InvalidPayload };

  expect(await failure(call("place", {}, key))).toMatchObject(refused);
  expect(await failure(openStream(mesh.client, request("items", {}, key)).rest())).toMatchObject(refused);
  expect(executed).toBe(0);
});
