import { afterEach, describe, expect, test } from "@jest/globals";
import type { FunctionConfig } from "@weft/contracts/function";
import { Code, Reason, WeftError, type WeftErrorOptions } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import type { CallRequest } from "../../call.js";
import { executorEvents } from "../../events/events.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../../testkit.js";
import { dispatch } from "../dispatch.js";
import { failover } from "../failover.js";
import { resolve } from "../resolve.js";
import { timeLimit } from "../time-limit.js";
import { validate } from "../validate.js";
import { retry } from "./retry.js";
import { createRetryBudgets } from "./retry-budget.js";

const business = (code: Code = Code.Aborted, options: WeftErrorOptions = {}) =>
  new WeftError(code, "not now", { domain: "echo", ...options });
const ofMesh = (code: Code, reason: string, metadata = {}) =>
  new WeftError(code, "", { domain: "weft", reason, metadata });

interface Attempted {
  readonly node: string;
  readonly atMs: number;
}

interface Setting {
  readonly config?: Partial<FunctionConfig>;
  readonly nodes?: readonly string[];
  /** What the attempts end with, in turn; the last one for ever. undefined: an answer. */
  readonly outcomes: readonly (WeftError | undefined)[];
}

let clock: FakeClock;
let mesh: FakeMesh;
let attempted: Attempted[];
afterEach(() => mesh.close());

async function setUp({ config = {}, nodes = ["a"], outcomes }: Setting): Promise<void> {
  clock = fakeClock();
  attempted = [];
  const retryConfig = { mode: "all_nodes", times: 3 };
  const functions = [functionConfig({ function: "work", retry: retryConfig, ...config } as never)];
  const startMs = clock.now();
  const budgets = createRetryBudgets();
  mesh = await fakeMesh({
    nodes: nodes.map((name) => ({
      name,
      functions,
      answer() {
        attempted.push({ node: name, atMs: clock.now() - startMs });
        const outcome = outcomes[Math.min(attempted.length, outcomes.length) - 1];
        return outcome === undefined ? "done" : Promise.reject(outcome);
      },
    })),
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      timeLimit({ defaultMs: 5_000, maximumMs: 60_000 }),
      validate(),
      retry({ catalogue, clock, random: () => 0.5, budgets }),
      failover({ clock, budgets }),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
}

/** The call's outcome; time goes on as long as it takes. */
async function run(fields: Partial<CallRequest> = {}, abort = new AbortController()): Promise<unknown> {
  let outcome: unknown;
  let isOver = false;
  const over = (result: unknown) => {
    outcome = result;
    isOver = true;
  };
  mesh.execute(mesh.newCall(callRequest("work", {}, fields), abort)).then(({ json }) => over(String(json)), over);
  for (let turn = 0; !isOver && turn < 2_000; turn++) {
    await new Promise(setImmediate);
    if (!isOver) clock.advance(25);
  }
  if (!isOver) throw new Error("the call did not end");
  return outcome;
}

describe("what is repeated", () => {
  test.each<[string, WeftError]>([
    ["an error that the function gave", business()],
    ["a typed error of a code that the mesh uses too", business(Code.Unavailable)],
    ["a call that was surely not processed", ofMesh(Code.Unavailable, Reason.Draining)],
  ])("%s", async (_name, error) => {
    await setUp({ outcomes: [error, undefined] });

    expect(await run()).toBe('"done"');
    expect(attempted).toHaveLength(2);
  });

  test.each<[string, WeftError]>([
    ["wrong arguments", business(Code.InvalidArgument)],
    ["missing credentials", business(Code.Unauthenticated)],
    ["a lack of permission", business(Code.PermissionDenied)],
    ["a limit", business(Code.ResourceExhausted)],
    ["a refusal of the mesh", ofMesh(Code.ResourceExhausted, Reason.Overloaded)],
    ["a throw", ofMesh(Code.Internal, Reason.Internal)],
    ["a time-out", ofMesh(Code.DeadlineExceeded, Reason.Timeout)],
    ["a loss that may have been processed", ofMesh(Code.Unavailable, Reason.ConnectionLost, { processed: "maybe" })],
  ])("not %s", async (_name, error) => {
    await setUp({ outcomes: [error, undefined] });

    expect(await run()).toMatchObject({ code: error.code, reason: error.reason });
    expect(attempted).toHaveLength(1);
  });

  test.each<[string, Partial<FunctionConfig>, Partial<CallRequest>]>([
    ["the function is idempotent", { idempotent: true }, {}],
    ["the call has an idempotency key", {}, { idempotencyKey: "k" }],
  ])("a throw, a time-out and a loss, if %s", async (_name, config, fields) => {
    const thrown = ofMesh(Code.Internal, Reason.Internal);
    const late = ofMesh(Code.DeadlineExceeded, Reason.Timeout);
    const lost = ofMesh(Code.Unavailable, Reason.ConnectionLost, { processed: "maybe" });
    await setUp({ config, outcomes: [thrown, late, lost, undefined] });

    expect(await run(fields)).toBe('"done"');
    expect(attempted).toHaveLength(4);
  });

  test("nothing beyond the first engine of a chain of calls", async () => {
    await setUp({ outcomes: [business()] });

    await run({ hop: 2 });

    expect(attempted).toHaveLength(1);
  });
});

describe("when", () => {
  test("after waits that double", async () => {
    await setUp({ config: { retry: { mode: "same_node", times: 4 } } as never, outcomes: [business()] });

    expect(await run()).toMatchObject({ code: Code.Aborted, message: "not now" });
    expect(attempted.map(({ atMs }) => atMs)).toEqual([0, 100, 300, 700, 1_500]);
  });

  test("not before the error says so", async () => {
    await setUp({ outcomes: [business(Code.Unavailable, { retryAfterMs: 1_000 }), undefined] });

    await run();

    expect(attempted.map(({ atMs }) => atMs)).toEqual([0, 1_000]);
  });

  test("never past the deadline: then the last error comes at once", async () => {
    await setUp({ config: { timeoutMs: 500 }, outcomes: [business()] });
    const startMs = clock.now();

    expect(await run()).toMatchObject({ code: Code.Aborted, retryAfterMs: undefined });
    expect(attempted.map(({ atMs }) => atMs)).toEqual([0, 100, 300]);
    expect(clock.now() - startMs).toBeLessThanOrEqual(325);
  });

  test("not for a caller that has gone", async () => {
    await setUp({ outcomes: [business()] });
    const abort = new AbortController();
    const gone = new WeftError(Code.Cancelled, "gone");
    clock.after(50, () => abort.abort(gone));

    expect(await run({}, abort)).toBe(gone);
    expect(attempted).toHaveLength(1);
  });
});

describe("where", () => {
  test("same_node stays on the node that answered, wherever failover took the call", async () => {
    const lost = ofMesh(Code.Unavailable, Reason.ConnectionLost, { processed: "no" });
    await setUp({
      config: { retry: { mode: "same_node", times: 2 } } as never,
      nodes: ["a", "b", "c"],
      outcomes: [lost, business()],
    });

    await run();

    expect(attempted.map(({ node }) => node)).toEqual(["a", "b", "b", "b"]);
  });

  test("all_nodes takes each node once, then starts over", async () => {
    await setUp({ nodes: ["a", "b"], outcomes: [business()] });

    await run();

    expect(attempted.map(({ node }) => node)).toEqual(["a", "b", "a", "b"]);
  });
});

test("where the budget is used up, the function's own error comes at once", async () => {
  await setUp({ outcomes: [business()] });

  const outcomes = await Promise.all(Array.from({ length: 3_000 }, () => run()));

  expect(new Set(outcomes.map((error) => (error as WeftError).code))).toEqual(new Set([Code.Aborted]));
  expect(attempted.length).toBeLessThanOrEqual(3_000 * 1.2);
  expect(attempted.length).toBeGreaterThan(3_000);
});

describe("events", () => {
  async function published(setting: Setting) {
    const retries: object[] = [];
    const exhausted: object[] = [];
    const ends = [
      executorEvents.retry.listen((message) => retries.push(message)),
      executorEvents.retryExhausted.listen((message) => exhausted.push(message)),
    ];
    await setUp(setting);
    await run();
    for (const end of ends) end();
    return { retries, exhausted };
  }

  test("each retry, counted upwards, and the end with the mode as it was declared", async () => {
    const { retries, exhausted } = await published({
      config: { retry: { mode: "same_node", times: 2 } } as never,
      outcomes: [business()],
    });

    expect(retries).toMatchObject([
      { request_id: "r1", attempt: 1, backoff_ms: 100, mode: "same_node", nodes: ["a"] },
      { request_id: "r1", attempt: 2, backoff_ms: 200, mode: "same_node", nodes: ["a"] },
    ]);
    expect(exhausted).toMatchObject([{ request_id: "r1", mode: { same_node: 2 }, last_error: { code: Code.Aborted } }]);
  });

  test.each<[string, Setting]>([
    ["a retry succeeds", { outcomes: [business(), undefined] }],
    ["an error is not repeated", { outcomes: [business(Code.PermissionDenied)] }],
    ["none is declared", { config: { retry: undefined } as never, outcomes: [business()] }],
  ])("none of an end when %s", async (_name, setting) => {
    expect((await published(setting)).exhausted).toEqual([]);
  });
});
