import { afterEach, expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { Code, Reason, WeftError } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { cont, type Plugin } from "@weft/plugin-chain";
import type { Call } from "../../call.js";
import type { Pipeline } from "../../pipeline.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../../testkit.js";
import { dispatch } from "../dispatch.js";
import { resolve } from "../resolve.js";
import { validate } from "../validate.js";
import { type Bulkhead, createBulkhead } from "./bulkhead.js";

const own = (maxRunning: number, maxQueued: number): Partial<FunctionConfig> => ({
  concurrency: { maxRunning, maxQueued },
});

const functions = [
  functionConfig({ function: "free" }),
  functionConfig({ function: "pair", ...own(2, 2) }),
  functionConfig({ function: "items", mode: "stream" }),
];

let clock: FakeClock;
let bulkhead: Bulkhead;
let mesh: FakeMesh | undefined;
let finish: (() => void)[] = [];
let refuse = false;

/** Refuses calls behind the bulkhead. */
const refusing: Plugin<Pipeline> = {
  name: "refusing",
  after: ["bulkhead"],
  callbacks: {
    admit() {
      if (refuse) throw new WeftError(Code.FailedPrecondition, "refused");
      return cont;
    },
  },
};

async function start(unary: number, queue = 2): Promise<FakeMesh> {
  clock = fakeClock();
  const limits = { unary: { maxRunning: unary, maxQueued: queue }, stream: { maxRunning: 1, maxQueued: 0 } };
  bulkhead = createBulkhead({ limits, clock });
  const answer = () => new Promise((resolve) => finish.push(() => resolve("ok")));
  async function* items() {
    await answer();
    yield { sequence: 1, json: Buffer.from("1") };
  }
  mesh = await fakeMesh({
    nodes: [{ name: "a", functions, answer, items }],
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      validate(),
      bulkhead.plugin,
      refusing,
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  return mesh;
}

afterEach(async () => {
  for (const done of finish) done();
  finish = [];
  refuse = false;
  await mesh?.close();
  mesh = undefined;
});

interface Made {
  readonly call: Call;
  readonly outcome: Promise<unknown>;
}

function make(one: FakeMesh, functionName: string, deadlineMs = Number.POSITIVE_INFINITY): Made {
  const shape = functionName === "items" ? "stream" : "unary";
  const request = callRequest(functionName, {}, { shape, deadlineAt: clock.now() + deadlineMs });
  const call = one.newCall(request, new AbortController());
  const sink = { accepted: () => {}, item: () => {} };
  const run = shape === "stream" ? one.stream(call, sink) : one.execute(call);
  return {
    call,
    outcome: run.then(
      () => "ok",
      (error: WeftError) => error.reason,
    ),
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const state = () => bulkhead.status().map(({ name, running, queued }) => `${name} ${running}+${queued}`);
const finishAll = () => {
  for (const done of finish.splice(0)) done();
};

test("a call of a function with a limit of its own holds a slot of both pools, and gives back both", async () => {
  const one = await start(3);
  const calls = [make(one, "pair"), make(one, "pair"), make(one, "pair"), make(one, "free")];
  await settle();

  expect(state()).toEqual(["gateway.unary 3+0", "gateway.stream 0+0", "echo.pair 2+1"]);
  finishAll();
  await settle();
  finishAll();
  expect(await Promise.all(calls.map(({ outcome }) => outcome))).toEqual(Array(4).fill("ok"));
  expect(bulkhead.status()).toMatchObject([
    { running: 0, queued: 0, executed: 4, failed: 0 },
    { executed: 0 },
    { running: 0, queued: 0, executed: 3, failed: 0 },
  ]);
});

test("a call that is refused by the second pool gives back its slot in the first", async () => {
  const one = await start(1, 0);
  const first = make(one, "free");
  await settle();

  expect(await make(one, "pair").outcome).toBe(Reason.Overloaded);
  expect(state()).toEqual(["gateway.unary 1+0", "gateway.stream 0+0", "echo.pair 0+0"]);
  finishAll();
  expect(await first.outcome).toBe("ok");
});

test("a call that is cancelled while it waits for the second pool gives back its slot in the first", async () => {
  const one = await start(1);
  const first = make(one, "free");
  const waiting = make(one, "pair");
  await settle();
  expect(state()).toEqual(["gateway.unary 1+1", "gateway.stream 0+0", "echo.pair 1+0"]);

  waiting.call.abort.abort(new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled }));

  expect(await waiting.outcome).toBe(Reason.Cancelled);
  expect(state()).toEqual(["gateway.unary 1+0", "gateway.stream 0+0", "echo.pair 0+0"]);
  finishAll();
  expect(await first.outcome).toBe("ok");
});

test("a call whose time is up while it waits in the first pool never comes to the second", async () => {
  const one = await start(5);
  const calls = [make(one, "pair"), make(one, "pair"), make(one, "pair", 100)];
  await settle();

  clock.advance(100);

  expect(await calls[2]?.outcome).toBe(Reason.Timeout);
  expect(state()).toEqual(["gateway.unary 2+0", "gateway.stream 0+0", "echo.pair 2+0"]);
  finishAll();
  await Promise.all(calls.map(({ outcome }) => outcome));
  expect(one.calls).toHaveLength(2);
});

test("a call that is refused behind the bulkhead gives back its slots", async () => {
  const one = await start(1);
  refuse = true;

  expect(await make(one, "pair").outcome).toBe("FAILED_PRECONDITION");
  expect(state()).toEqual(["gateway.unary 0+0", "gateway.stream 0+0", "echo.pair 0+0"]);
});

test("a call that is refused before it takes none, and counts nowhere", async () => {
  const one = await start(1);

  await make(one, "nothing").outcome;

  expect(bulkhead.status()).toMatchObject([{ executed: 0 }, { executed: 0 }]);
});

test("streams have a pool of their own, until they end", async () => {
  const one = await start(1);
  const first = make(one, "items");
  await settle();

  expect(await make(one, "items").outcome).toBe(Reason.Overloaded);
  const unary = make(one, "free");
  await settle();
  finishAll();
  expect([await first.outcome, await unary.outcome]).toEqual(["ok", "ok"]);

  const next = make(one, "items");
  await settle();
  finishAll();
  expect(await next.outcome).toBe("ok");
});

test("while definitions change, the pool has the size that the called one says, there and back", async () => {
  const one = await start(10);
  const size = async () => {
    for (let turn = 0; turn < 20; turn++) {
      clock.advance(100);
      await settle();
    }
    const { outcome } = make(one, "pair");
    await settle();
    finishAll();
    expect(await outcome).toBe("ok");
    return bulkhead.status().find(({ name }) => name === "echo.pair")?.maxRunning;
  };
  expect(await size()).toBe(2);

  const other = [functionConfig({ function: "pair", ...own(7, 2) })];
  const answer = () => "ok";
  const leaves = ["b", "c"].map((name) => one.join({ name, functions: other, answer }));
  expect(await size()).toBe(7);

  for (const leave of leaves) leave();
  expect(await size()).toBe(2);
});

test("explain tells how full the pools are, and takes no slot", async () => {
  const one = await start(1, 0);
  const explained = async (name: string) => {
    const { steps } = await one.explain(one.newCall(callRequest(name), new AbortController()));
    return steps.find(({ phase }) => phase === "bulkhead");
  };

  expect(await explained("pair")).toMatchObject({
    rule: "2 calls at once, 2 queued (echo.pair); 1 calls at once, 0 queued (gateway.unary)",
    reason: "0 running, 0 queued (echo.pair); 0 running, 0 queued (gateway.unary)",
  });
  const running = make(one, "free");
  await settle();
  expect(await explained("free")).toMatchObject({ refusal: { reason: Reason.Overloaded } });
  finishAll();
  expect(await running.outcome).toBe("ok");
});
