import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createConnection } from "@weft/mesh";
import { untilExpired } from "./credentials-expiry.js";

const day = 86_400_000;

function rpc(expiresAt: number) {
  const connection = { ...createConnection("10.0.0.1", () => ""), expiresAt };
  return {
    metadata: new Metadata(),
    connection,
    deadlineAt: Number.POSITIVE_INFINITY,
    abort: new AbortController(),
    trailers: new Metadata(),
  };
}

test.each([1_000, 2 * day, 100 * day])("a call ends when its credentials do, after %i ms", (lifeMs) => {
  const clock = fakeClock();
  const context = rpc(clock.wallTime() + lifeMs);
  untilExpired(context, clock);

  clock.advance(lifeMs - 1);
  expect(context.abort.signal.aborted).toBe(false);
  clock.advance(1);
  expect(context.abort.signal.reason).toMatchObject({
    code: Code.Unauthenticated,
    reason: Reason.CredentialsExpired,
  });
});

test("a call that is over is watched no more", () => {
  const clock = fakeClock();
  const stop = untilExpired(rpc(clock.wallTime() + 2 * day), clock);
  clock.advance(day);

  stop();

  expect(clock.pending).toBe(0);
});

test("credentials without an end are not watched", () => {
  const clock = fakeClock();

  untilExpired(rpc(Number.POSITIVE_INFINITY), clock)();

  expect(clock.pending).toBe(0);
});
