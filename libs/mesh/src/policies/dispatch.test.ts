import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, Reason, WeftError, type WeftErrorOptions } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import type { Call, CallRequest } from "../call.js";
import { executorEvents } from "../events/events.js";
import type { Peer } from "../peers/peer.js";
import type { StreamItem } from "../pipeline.js";
import { callRequest, type FakeMesh, type FakeNode, fakeMesh, functionConfig } from "../testkit.js";
import { dispatch } from "./dispatch.js";
import { resolve } from "./resolve.js";
import { timeLimit } from "./time-limit.js";
import { validate } from "./validate.js";

const functions = [
  functionConfig({ function: "work", timeoutMs: 1_000 }),
  functionConfig({ function: "other" }),
  functionConfig({ function: "items", mode: "stream" }),
];

let clock: FakeClock;
let mesh: FakeMesh;
afterEach(() => mesh.close());

/** A mesh of one node, or of those given. */
async function setUp(...nodes: readonly Partial<FakeNode>[]): Promise<Peer> {
  clock = fakeClock();
  mesh = await fakeMesh({
    nodes: nodes.map((node, i) => ({ name: `node-${i}`, functions, ...node })),
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      timeLimit({ defaultMs: 5_000, maximumMs: 60_000 }),
      validate(),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  return mesh.catalogue.services.get("echo")?.peers[0] as Peer;
}

function newCall(name = "work", fields: Partial<CallRequest> = {}): Call {
  return mesh.newCall(callRequest(name, {}, fields), new AbortController());
}

/** Runs a call to its end; what it ended with. */
function run(call = newCall()): Promise<WeftError | undefined> {
  return mesh.execute(call).then(
    () => undefined,
    (error) => error,
  );
}

async function runTimes(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await run();
}

const failing = (code: Code, options: WeftErrorOptions = {}): Partial<FakeNode> => ({
  answer: () => Promise.reject(new WeftError(code, "failed", options)),
});
const state = (peer: Peer) => peer.breakers.state(functions[0]?.hash ?? "", clock.now());

describe("five failures in a row open the breaker:", () => {
  test.each<[string, Partial<FakeNode>]>([
    ["a handler's INTERNAL", failing(Code.Internal, { domain: "weft", reason: "INTERNAL" })],
    ["its own UNAVAILABLE", failing(Code.Unavailable, { domain: "echo" })],
    ["DATA_LOSS", failing(Code.DataLoss, { domain: "echo" })],
    ["a time-out there", failing(Code.DeadlineExceeded, { domain: "weft", reason: "TIMEOUT" })],
    ["a loss", failing(Code.Unavailable, { reason: Reason.ConnectionLost, metadata: { processed: "maybe" } })],
  ])("%s", async (_name, node) => {
    const peer = await setUp(node);

    await runTimes(4);
    expect(state(peer)).toBe("closed");
    await runTimes(1);
    expect(state(peer)).toBe("open");
    expect(await run()).toMatchObject({ code: Code.Unavailable, reason: Reason.CircuitOpen, retryAfterMs: 1_000 });
  });

  test.each<[string, Partial<FakeNode>]>([
    ["NOT_FOUND", failing(Code.NotFound, { domain: "echo" })],
    ["INVALID_ARGUMENT", failing(Code.InvalidArgument, { domain: "echo" })],
    ["PERMISSION_DENIED", failing(Code.PermissionDenied, { domain: "echo" })],
    ["CANCELLED", failing(Code.Cancelled, { reason: Reason.Cancelled })],
    ["a node that drains", failing(Code.Unavailable, { domain: "weft", reason: Reason.Draining })],
    [
      "a connection refused",
      failing(Code.Unavailable, { reason: Reason.ConnectionLost, metadata: { processed: "no" } }),
    ],
    ["a node that is overloaded", failing(Code.ResourceExhausted, { domain: "weft", reason: Reason.Overloaded })],
  ])("not %s", async (_name, node) => {
    const peer = await setUp(node);

    await runTimes(30);

    expect(state(peer)).toBe("closed");
  });

  test("other functions of the node go on", async () => {
    await setUp({ answer: (name) => (name === "work" ? Promise.reject(new WeftError(Code.Internal, "")) : "ok") });

    await runTimes(6);

    expect(await run(newCall("other"))).toBeUndefined();
  });
});

describe("a deadline that the client set below the function's own", () => {
  const late = new WeftError(Code.DeadlineExceeded, "Request timed out", { reason: Reason.Timeout });

  async function runLate(count: number, meanwhile: () => Promise<unknown>): Promise<void> {
    for (let i = 0; i < count; i++) {
      const running = run(newCall("work", { deadlineAt: clock.now() + 100 }));
      await new Promise(setImmediate);
      clock.advance(1);
      await meanwhile();
      clock.advance(99);
      await running;
    }
  }

  const slow: Partial<FakeNode> = {
    answer: (name) =>
      name === "work" ? new Promise((_resolve, reject) => clock.after(100, () => reject(late))) : "quick",
  };

  test("does not count while the node answers others: no caller can take a function away", async () => {
    const peer = await setUp(slow);

    await runLate(10, () => run(newCall("other")));

    expect([state(peer), peer.ejection.isOut]).toEqual(["closed", false]);
  });

  test("nor where the node is the first to tell of it", async () => {
    const peer = await setUp(failing(Code.DeadlineExceeded, { domain: "weft", reason: Reason.Timeout }));

    for (let i = 0; i < 10; i++) await run(newCall("work", { deadlineAt: clock.now() + 100 }));

    expect([state(peer), peer.ejection.isOut]).toEqual(["closed", false]);
  });

  test("counts while the node is silent", async () => {
    const peer = await setUp(slow);

    await runLate(5, async () => {});

    expect([state(peer), peer.ejection.isOut]).toEqual(["open", true]);
  });
});

describe("the node", () => {
  test("is out after one loss of its connection, not after an error that a handler passed on", async () => {
    const lost = { reason: Reason.ConnectionLost, metadata: { processed: "maybe" } };
    const peer = await setUp(failing(Code.Unavailable, lost));
    await run();
    expect(peer.ejection.isOut).toBe(true);
    await mesh.close();

    const other = await setUp(failing(Code.Unavailable, { ...lost, domain: "echo" }));
    await run();
    expect(other.ejection.isOut).toBe(false);
  });

  test("is out after two calls in a row that met the end of an HTTP/2 stream", async () => {
    const node: Partial<FakeNode> = {
      answer: () => Promise.reject(new WeftError(Code.Internal, "Received RST_STREAM with code 2 (Internal error)")),
    };
    const peer = await setUp(node);

    await run();
    expect(peer.ejection.isOut).toBe(false);
    await run();
    expect(peer.ejection.isOut).toBe(true);
  });
});

test("a call keeps what became of each attempt, and a loss names the node", async () => {
  await setUp(failing(Code.Unavailable, { reason: Reason.ConnectionLost, metadata: { processed: "maybe" } }));
  const call = newCall();

  const error = await run(call);

  expect(error?.metadata).toEqual({ processed: "maybe", node: "node-0" });
  expect(call.attempts).toEqual([{ node: "node-0", elapsedMs: 0, error: expect.objectContaining({ code: 14 }) }]);
});

test("an event says which node was selected, and from how many", async () => {
  await setUp({ answer: () => "ok" }, { answer: () => "ok" });
  const events: object[] = [];
  const end = executorEvents.nodeSelected.listen((message) => events.push(message));

  await run();
  end();

  expect(events).toMatchObject([{ request_type: "work", node: "node-0", mode: "random", candidates: 2 }]);
});

describe("a stream", () => {
  async function* items(error?: WeftError): AsyncGenerator<StreamItem> {
    yield { sequence: 1, json: Buffer.from("1") };
    if (error !== undefined) throw error;
  }

  const read = () => mesh.stream(newCall("items", { shape: "stream" }), { accepted() {}, item() {} }).catch(() => {});
  const stateOfItems = (peer: Peer) => peer.breakers.state(functions[2]?.hash ?? "", clock.now());

  test("is under way until it has ended", async () => {
    const peer = await setUp({ items: () => items() });
    const seen: number[] = [];

    await mesh.stream(newCall("items", { shape: "stream" }), {
      accepted: () => void seen.push(peer.inFlight),
      item: () => void seen.push(peer.inFlight),
    });

    expect([...seen, peer.inFlight]).toEqual([1, 1, 0]);
  });

  test("that is refused or lost in the middle counts for the breaker", async () => {
    const refused = new WeftError(Code.Internal, "Stream execution failed", { domain: "weft" });
    const lost = new WeftError(Code.Unavailable, "", {
      reason: Reason.ConnectionLost,
      metadata: { processed: "maybe" },
    });
    let round = 0;
    const peer = await setUp({
      items() {
        if (round++ % 2 === 0) throw refused;
        return items(lost);
      },
    });

    // Each acceptance starts the count in a row anew, so it is the share of the last 10 s that opens it.
    for (let i = 0; i < 40 && stateOfItems(peer) === "closed"; i++) await read();

    expect(stateOfItems(peer)).toBe("open");
    expect(peer.inFlight).toBe(0);
  });
});
