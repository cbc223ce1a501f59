import { afterEach, expect, test } from "@jest/globals";
import { Code, Reason, systemClock, WeftError, type WeftErrorOptions } from "@weft/core";
import { executorEvents } from "../events/events.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../testkit.js";
import { dispatch } from "./dispatch.js";
import { failover } from "./failover.js";
import { resolve } from "./resolve.js";
import { createRetryBudgets } from "./retry/retry-budget.js";
import { validate } from "./validate.js";

const clock = systemClock;
const functions = [functionConfig({ function: "read", idempotent: true }), functionConfig({ function: "write" })];

let mesh: FakeMesh;
afterEach(() => mesh.close());

/** Two nodes: the first fails, and every call meets it first. */
async function setUp(error: WeftError, budgets = createRetryBudgets()): Promise<void> {
  mesh = await fakeMesh({
    nodes: [
      { name: "a", functions, answer: () => Promise.reject(error) },
      { name: "b", functions, answer: () => "done" },
    ],
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      validate(),
      failover({ clock, budgets }),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
}

function run(name: string, fields = {}): Promise<string> {
  const call = mesh.newCall(callRequest(name, {}, fields), new AbortController());
  return mesh.execute(call).then(
    ({ node }) => node,
    (error: WeftError) => error.message,
  );
}

const of = (code: Code, options: WeftErrorOptions) => new WeftError(code, "failed", options);
const goaway = "Received RST_STREAM with code 2 triggered by internal client error: Session closed with error code 2";

test.each<[string, WeftError, string]>([
  ["a throw", of(Code.Internal, { domain: "weft", reason: Reason.Internal }), "b"],
  ["a time-out", of(Code.DeadlineExceeded, { domain: "weft", reason: Reason.Timeout }), "b"],
  ["a stream that met the end of its connection", new WeftError(Code.Internal, goaway), "b"],
  [
    "a loss that a handler passed on",
    of(Code.Unavailable, { domain: "echo", reason: Reason.ConnectionLost }),
    "failed",
  ],
  ["an answer of the function", of(Code.Internal, { domain: "echo" }), "failed"],
  ["a refusal", of(Code.ResourceExhausted, { domain: "weft", reason: Reason.Overloaded }), "failed"],
])("an idempotent function after %s", async (_name, error, outcome) => {
  await setUp(error);

  expect(await run("read", { deadlineAt: clock.now() + 5_000 })).toBe(outcome);
});

test("an idempotency key makes any call one that may run twice", async () => {
  await setUp(of(Code.Unavailable, { reason: Reason.ConnectionLost, metadata: { processed: "maybe" } }));

  expect(await run("write")).toBe("failed");
  await mesh.close();
  await setUp(of(Code.Unavailable, { reason: Reason.ConnectionLost, metadata: { processed: "maybe" } }));
  expect(await run("write", { idempotencyKey: "k" })).toBe("b");
});

test("what may have been processed draws on the budget; what was not does not", async () => {
  const budgets = createRetryBudgets();
  while (budgets.of("echo").take(clock.now()));
  await setUp(of(Code.Internal, { domain: "weft", reason: Reason.Internal }), budgets);
  expect(await run("read")).toBe("failed");
  await mesh.close();

  await setUp(of(Code.Unavailable, { domain: "weft", reason: Reason.Draining }), budgets);
  expect(await run("write")).toBe("b");
});

test("an event says which node was left, and why", async () => {
  await setUp(of(Code.Unavailable, { domain: "weft", reason: Reason.Paused }));
  const events: object[] = [];
  const end = executorEvents.failover.listen((message) => events.push(message));

  await run("write");
  end();

  expect(events).toMatchObject([{ request_type: "write", node: "a", error: { reason: Reason.Paused } }]);
});
