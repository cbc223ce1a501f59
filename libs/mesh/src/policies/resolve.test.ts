import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type Call, createCall } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
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
