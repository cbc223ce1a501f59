import { getEventListeners } from "node:events";
import { afterEach, expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { fn } from "../define/function.js";
import type { HandlerContext } from "../define/handler-context.js";
import { defineService } from "../define/service.js";
import { createTestMesh, type TestMesh } from "../testkit/test-mesh.js";

let mesh: TestMesh;
afterEach(() => mesh.close());

/** What a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<WeftError> =>
  promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );

const whenAborted = (signal: AbortSignal) =>
  new Promise<WeftError>((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

let leafCut: WeftError | undefined;
let finallyRan = 0;
const leaf = defineService({
  name: "leaf",
  version: "1.0.0",
  functions: {
    who: fn({
      permission: "any_authenticated",
      args: { big: { type: "int64", default: "0" } },
      handler: ({ big }, { requestId, identity, trace, attempt, idempotencyKey, timeLeftMs, deadline }) => ({
        requestId,
        identity,
        trace,
        attempt,
        idempotencyKey,
        leftMs: timeLeftMs(),
        deadline,
        big: big + 1n,
      }),
    }),
    refuse: fn({
      permission: "public",
      handler() {
        throw new WeftError(Code.ResourceExhausted, "too many pots", {
          reason: "POTS_GONE",
          metadata: { pots: "7" },
          retryAfterMs: 2_500,
        });
      },
    }),
    wait: fn({
      permission: "public",
      async handler(_args, { signal }) {
        leafCut = await whenAborted(signal);
      },
    }),
    ticks: fn.stream({
      permission: "public",
      async *handler() {
        try {
          for (let i = 1; ; i++) yield i;
        } finally {
          finallyRan++;
        }
      },
    }),
  },
});

/** A service whose one function does what the test says. */
const caller = (handler: (context: HandlerContext) => unknown) =>
  defineService({
    name: "caller",
    version: "1.0.0",
    functions: { run: fn({ permission: "public", handler: (_args, context) => handler(context) }) },
  });

async function start(handler: (context: HandlerContext) => unknown): Promise<void> {
  mesh = await createTestMesh({ services: [leaf, caller(handler)] });
}

test("a nested call carries who asked, the request id, the time left, and integers of any size", async () => {
  await start(({ call }) => call("leaf.who", { big: 2n ** 60n }, { idempotencyKey: "k1" }));
  const as = { userId: "u1", roles: ["editor"], tenant: "acme" };

  const answer = await mesh.call("caller.run", {}, { as, requestId: "r7", timeoutMs: 1_500 });

  expect(answer).toMatchObject({
    requestId: "r7",
    identity: { ...as, deviceId: "" },
    attempt: 1,
    idempotencyKey: "k1",
    leftMs: 1_500,
    deadline: new Date(mesh.clock.wallTime() + 1_500).toISOString(),
    big: 2n ** 60n + 1n,
  });
});

test("a nested call may have less time than its handler, never more", async () => {
  const left: unknown[] = [];
  await start(async ({ call }) => {
    for (const timeoutMs of [200, 9_000])
      left.push((await call<{ leftMs: number }>("leaf.who", {}, { timeoutMs })).leftMs);
  });

  await mesh.call("caller.run", {}, { as: { userId: "u1" }, timeoutMs: 1_000 });

  expect(left).toEqual([200, 1_000]);
});

test("a refusal that a handler passes on is its service's own, all else of it as it was", async () => {
  await start(({ call }) => call("leaf.refuse"));

  expect(await failure(mesh.call("caller.run"))).toMatchObject({
    code: Code.ResourceExhausted,
    message: "too many pots",
    reason: "POTS_GONE",
    domain: "caller",
    metadata: { pots: "7" },
    retryAfterMs: 2_500,
  });
});

test("nobody takes a loss behind a handler for a loss of the handler: it runs once", async () => {
  let runs = 0;
  await start(({ call }) => {
    runs++;
    return call("leaf.refuse");
  });
  await mesh.addNode(caller(() => runs++));
  mesh.abort("leaf", { processed: "no" });

  const outcomes = await Promise.all([1, 2, 3, 4].map(() => mesh.call("caller.run").catch((error) => error)));

  expect(runs).toBe(4);
  expect(outcomes).toContainEqual(expect.objectContaining({ reason: Reason.ConnectionLost, domain: "caller" }));
});

test("when the handler's time is up, so is that of what it called", async () => {
  leafCut = undefined;
  await start(({ call }) => call("leaf.wait"));
  const call = failure(mesh.call("caller.run", {}, { timeoutMs: 400 }));

  await mesh.advance(399);
  expect(leafCut).toBeUndefined();
  await mesh.advance(1);

  expect(await call).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  expect(leafCut).toBeInstanceOf(WeftError);
});

test("a caller that cancels ends the whole chain of calls", async () => {
  leafCut = undefined;
  await start(({ call }) => call("leaf.wait"));
  const abort = new AbortController();
  const call = failure(mesh.call("caller.run", {}, { signal: abort.signal }));
  await mesh.advance(1);

  abort.abort();
  await mesh.advance(0);

  expect(await call).toMatchObject({ code: Code.Cancelled, reason: Reason.Cancelled });
  expect(leafCut).toMatchObject({ code: Code.Cancelled });
});

test("one nested call is cancelled alone", async () => {
  await start(async ({ call }) => {
    const abort = new AbortController();
    const first = call("leaf.wait", {}, { signal: abort.signal });
    abort.abort(new Error("changed my mind"));
    const outcome = await failure(first);
    return [outcome.code, (await call<{ requestId: string }>("leaf.who")).requestId];
  });

  expect(await mesh.call("caller.run", {}, { as: { userId: "u1" }, requestId: "r1" })).toEqual([Code.Cancelled, "r1"]);
});

test("work that a handler leaves running is not cut when it has answered", async () => {
  let late: Promise<unknown> | undefined;
  let isCut = false;
  await start(({ call, signal }) => {
    signal.addEventListener("abort", () => {
      isCut = true;
    });
    late = call("leaf.wait", {}, { timeoutMs: 500 }).catch((error) => error.reason);
    return "done";
  });

  expect(await mesh.call("caller.run", {}, { timeoutMs: 10_000 })).toBe("done");
  await mesh.advance(499);
  expect(isCut).toBe(false);
  await mesh.advance(9_501);

  expect(await late).toBe(Reason.Timeout);
  expect(isCut).toBe(false);
});

test("a thousand nested calls leave one listener on the handler's signal, while they run and after", async () => {
  const counts: number[] = [];
  await start(async ({ call, signal }) => {
    const count = () => counts.push(getEventListeners(signal, "abort").length);
    await call("leaf.who");
    count();
    const many = Promise.all(Array.from({ length: 1_000 }, () => call("leaf.who")));
    count();
    await many;
    count();
  });

  await mesh.call("caller.run", {}, { as: { userId: "u1" } });

  expect(counts[0]).toBeGreaterThan(0);
  expect(counts).toEqual([counts[0], counts[0], counts[0]]);
});

test("a cycle of calls ends at 16", async () => {
  let runs = 0;
  await start(({ call }) => {
    runs++;
    return call("caller.run");
  });

  expect(await failure(mesh.call("caller.run"))).toMatchObject({
    code: Code.FailedPrecondition,
    reason: Reason.HopLimit,
    domain: "caller",
    metadata: { allowed: "16" },
  });
  expect(runs).toBe(16);
});

test("leaving a nested stream ends its producer", async () => {
  finallyRan = 0;
  await start(async ({ stream }) => {
    const items: number[] = [];
    for await (const item of stream<number>("leaf.ticks")) if (items.push(item) === 3) break;
    return items;
  });

  expect(await mesh.call("caller.run")).toEqual([1, 2, 3]);
  await mesh.advance(0);
  expect(finallyRan).toBe(1);
});

test.each<[string, (context: HandlerContext) => Promise<unknown>, object]>([
  ["a name without a dot", ({ call }) => call("leaf"), { code: Code.InvalidArgument, reason: Reason.InvalidArgument }],
  ["arguments that are no data", ({ call }) => call("leaf.who", { f() {} }), { reason: Reason.InvalidPayload }],
  ["an unknown function", ({ call }) => call("leaf.none"), { reason: Reason.FunctionNotFound }],
  ["a stream called as a unary function", ({ call }) => call("leaf.ticks"), { reason: Reason.WrongCallShape }],
  ["a user where one is needed", ({ call }) => call("leaf.who"), { reason: Reason.Unauthenticated }],
])("what is refused before it is sent: %s", async (_what, run, refusal) => {
  let seen: WeftError | undefined;
  await start(async (context) => {
    seen = await failure(run(context));
  });

  await mesh.call("caller.run");

  expect(seen).toMatchObject(refusal);
});
