import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type Call, createCall } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Target } from "../catalogue/target.js";
import { callRequest } from "../testkit.js";
import { resolve } from "./resolve.js";

/** A catalogue whose discovery has not answered yet. */
const waiting: Pick<Catalogue, "find" | "isReady" | "whenReady" | "isSynced"> = {
  find: () => undefined,
  isReady: () => false,
  whenReady: () => new Promise(() => {}),
  isSynced: () => false,
};

test.each([
  ["the call's own deadline, if that comes first", 500, { code: Code.DeadlineExceeded, reason: Reason.Timeout }],
  ["2 s otherwise", 60_000, { code: Code.Unavailable, reason: Reason.DiscoveryNotReady }],
])("a call waits for discovery until %s", async (_name, timeoutMs, expected) => {
  const clock = fakeClock();
  const { callbacks } = resolve({ catalogue: waiting as Catalogue, clock });
  const admit = callbacks?.admit as (call: Call) => Promise<unknown>;
  const call = createCall(
    callRequest("echo", {}, { deadlineAt: clock.now() + timeoutMs }),
    new AbortController(),
    clock.now(),
  );
  let outcome: unknown;

  void admit(call).catch((error) => {
    outcome = error;
  });
  clock.advance(Math.min(timeoutMs, 2_000) - 2);
  await new Promise(setImmediate);
  expect(outcome).toBeUndefined();
  clock.advance(2);
  await new Promise(setImmediate);

  expect(outcome).toMatchObject(expected);
  if (expected.reason === Reason.Timeout) expect(outcome).toMatchObject({ metadata: { clock: "client" } });
});

/** A function on these nodes, as far as this policy looks at it. */
const heldBy = (...ids: readonly string[]) =>
  ({
    variant: { shape: "unary", config: { mode: "sync" } },
    candidates: ids.map((id) => ({ id })),
  }) as object as Target;

function namedCall(node: string): Call {
  const clock = fakeClock();
  return createCall(callRequest("echo", {}, { node }), new AbortController(), clock.now());
}

test("a call that names a node may go there alone", async () => {
  const catalogue = { ...waiting, find: () => heldBy("a", "b"), isReady: () => true };
  const { callbacks } = resolve({ catalogue: catalogue as object as Catalogue, clock: fakeClock() });
  const admit = callbacks?.admit as (call: Call) => unknown;
  const call = namedCall("b");

  await admit(call);

  expect(call.target?.candidates).toMatchObject([{ id: "b" }]);
  expect(() => admit(namedCall("c"))).toThrow(
    expect.objectContaining({ code: Code.Unavailable, reason: Reason.NoNodesAvailable }),
  );
});

test("a named node whose functions are being fetched is waited for", async () => {
  let held = heldBy("a");
  const catalogue = {
    ...waiting,
    find: () => held,
    async whenReady() {
      held = heldBy("a", "b");
    },
    isSynced: () => true,
  };
  const { callbacks } = resolve({ catalogue: catalogue as object as Catalogue, clock: fakeClock() });
  const admit = callbacks?.admit as (call: Call) => unknown;
  const call = namedCall("b");

  await admit(call);

  expect(call.target?.candidates).toMatchObject([{ id: "b" }]);
});
