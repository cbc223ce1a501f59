import { afterEach, expect, test } from "@jest/globals";
import { Code, Reason, sleep, WeftError } from "@weft/core";
import { fn } from "../define/function.js";
import { defineService } from "../define/service.js";
import { createTestMesh, type TestMesh, type TestMeshOptions } from "./test-mesh.js";

let mesh: TestMesh;
afterEach(() => mesh.close());

const start = async (services: TestMeshOptions["services"], options: Partial<TestMeshOptions> = {}) => {
  mesh = await createTestMesh({ services, ...options });
  return mesh;
};

/** What a promise rejects with. */
const failure = (promise: Promise<unknown>): Promise<WeftError> =>
  promise.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error) => error,
  );

let ran = 0;
const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    say: fn({
      args: { text: { type: "string" } },
      permission: "public",
      handler({ text }, { identity }) {
        ran++;
        return { text, user: identity.userId };
      },
    }),
    again: fn({ permission: "public", idempotent: true, handler: () => ++ran }),
    secret: fn({ permission: { role: ["admin"] }, handler: () => "secret" }),
    wait: fn({
      permission: "public",
      handler: (_args, { signal, timeLeftMs }) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(timeLeftMs()))),
    }),
    count: fn.stream({
      permission: "public",
      async *handler() {
        for (let i = 1; ; i++) yield i;
      },
    }),
  },
});

test("a call runs through permission, validation and the handler, as whoever the test says", async () => {
  await start([echo]);

  expect(await mesh.call("echo.say", { text: "hi" }, { as: { userId: "u1" } })).toEqual({ text: "hi", user: "u1" });
  expect(await failure(mesh.call("echo.say", {}))).toMatchObject({ code: Code.InvalidArgument });
  expect(await failure(mesh.call("echo.secret"))).toMatchObject({ code: Code.Unauthenticated });
  expect(await mesh.call("echo.secret", {}, { as: { userId: "u1", roles: ["admin"] } })).toBe("secret");
});

test("a reader that leaves a stream ends it", async () => {
  await start([echo]);

  const items: unknown[] = [];
  for await (const item of mesh.stream("echo.count")) if (items.push(item) === 3) break;

  expect(items).toEqual([1, 2, 3]);
});

test("time stands still until it is moved on: a call ends at its limit, and its handler is told", async () => {
  await start([echo]);
  const call = failure(mesh.call("echo.wait", {}, { timeoutMs: 300 }));

  await mesh.advance(299);
  let isOver = false;
  void call.then(() => {
    isOver = true;
  });
  await mesh.advance(0);
  expect(isOver).toBe(false);
  await mesh.advance(1);

  expect(await call).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
});

test("what falls due later happens in its order, however far time is moved", async () => {
  await start([]);
  const told: number[] = [];
  const work = async () => {
    for (let i = 1; i <= 3; i++) {
      await sleep(1_000, { clock: mesh.clock });
      told.push(mesh.clock.now());
    }
  };
  const startMs = mesh.clock.now();
  void work();

  await mesh.advance(3_600_000);

  expect(told.map((ms) => ms - startMs)).toEqual([1_000, 2_000, 3_000]);
});

test("a second node takes its share, and the rest when the other stops", async () => {
  await start([echo]);
  const second = await mesh.addNode(echo);
  expect(mesh.nodes("echo").map(({ id }) => id)).toEqual(["echo-1", "echo-2"]);

  await mesh.nodes("echo")[0]?.stop();
  expect(mesh.nodes("echo")).toEqual([second]);
  expect(await mesh.call("echo.again")).toBe(ran);
  await second.stop();

  expect(await failure(mesh.call("echo.again"))).toMatchObject({ reason: Reason.NoNodesAvailable });
});

test("a node stops when its calls are over", async () => {
  await start([echo]);
  const call = failure(mesh.call("echo.wait", {}, { timeoutMs: 1_000 }));
  await mesh.advance(1);
  let isStopped = false;

  const stopping = mesh
    .nodes("echo")[0]
    ?.stop()
    .then(() => {
      isStopped = true;
    });
  await mesh.advance(500);
  expect(isStopped).toBe(false);
  await mesh.advance(500);
  await stopping;

  expect(await call).toMatchObject({ reason: Reason.Timeout });
});

test("faults: what was not processed goes elsewhere, what may have been only if it is idempotent", async () => {
  await start([echo, echo]);
  mesh.abort("echo", { processed: "no" }, 1);
  ran = 0;
  expect(await mesh.call("echo.say", { text: "a" })).toEqual({ text: "a", user: "" });
  expect(ran).toBe(1);

  mesh.abort("echo", { processed: "maybe" }, 1);
  expect(await failure(mesh.call("echo.say", { text: "b" }))).toMatchObject({
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
  });
  expect(ran).toBe(2);

  mesh.abort("echo", { processed: "maybe" }, 1);
  expect(await mesh.call("echo.again")).toBe(4);
});

test("faults: an error of the test's making is the node's answer, so often as it says", async () => {
  await start([echo]);
  const broken = new WeftError(Code.DataLoss, "disk gone", { reason: "DISK_GONE", domain: "echo" });
  mesh.abort("echo", broken, 1);

  expect(await failure(mesh.call("echo.say", { text: "a" }))).toMatchObject({ reason: "DISK_GONE", domain: "echo" });
  expect(await mesh.call("echo.say", { text: "a" })).toEqual({ text: "a", user: "" });
});

test("faults: a delay passes with the clock, and a call that takes too long never arrives", async () => {
  await start([echo]);
  mesh.delay("echo", 200);
  ran = 0;

  const slow = mesh.call("echo.say", { text: "a" });
  await mesh.advance(199);
  expect(ran).toBe(0);
  await mesh.advance(1);
  expect(await slow).toEqual({ text: "a", user: "" });

  const late = failure(mesh.call("echo.say", { text: "a" }, { timeoutMs: 100 }));
  await mesh.advance(100);
  expect(await late).toMatchObject({ code: Code.DeadlineExceeded });
  expect(ran).toBe(1);
});

test("faults: a partition loses what is under way, and heals", async () => {
  await start([echo]);
  const [node] = mesh.nodes("echo");
  if (node === undefined) throw new Error("no node");
  const call = failure(mesh.call("echo.wait"));
  await mesh.advance(1);

  mesh.partition(node);
  expect(await call).toMatchObject({ reason: Reason.ConnectionLost, metadata: { processed: "maybe" } });
  expect(await failure(mesh.call("echo.again"))).toMatchObject({ metadata: { processed: "no" } });

  mesh.heal(node);
  await mesh.advance(60_000);
  ran = 0;
  expect(await mesh.call("echo.again")).toBe(1);
});

test("policies of the test's own may stand in front of those that a function's calls meet", async () => {
  const seen: string[] = [];
  const { outgoingPipeline } = await import("../host/outgoing-pipeline.js");
  await start([echo], {
    policies: (options) => [
      { name: "watch", callbacks: { settled: ({ request }) => void seen.push(request.functionName) } },
      ...outgoingPipeline(options),
    ],
  });

  await mesh.call("echo.again");

  expect(seen).toEqual(["again"]);
});
