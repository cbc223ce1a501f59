import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { driveLoad, type LoadOptions } from "./drive-load.js";

const clock = fakeClock();
const options: LoadOptions = {
  callers: 2,
  forMs: 1_000,
  maxCalls: 1_000,
  perSecond: Number.POSITIVE_INFINITY,
  signal: new AbortController().signal,
  clock,
};

/** Takes a while of the clock for each call, as there is nobody else to let time pass. */
const taking = (ms: number) => async () => clock.advance(ms);

test("it ends after its time", async () => {
  const { calls, seconds, errors } = await driveLoad(taking(10), options);

  expect(calls).toBeGreaterThanOrEqual(99);
  expect(calls).toBeLessThanOrEqual(102);
  expect(seconds).toBeCloseTo(1, 1);
  expect(errors).toEqual({});
});

test("it ends after its calls", async () => {
  const { calls, p50Ms } = await driveLoad(taking(4), { ...options, callers: 1, maxCalls: 7 });

  expect(calls).toBe(7);
  expect(p50Ms).toBeCloseTo(4, 1);
});

test("failures are counted by code, and their time is none of the latencies", async () => {
  let sequence = 0;
  const call = async () => {
    clock.advance(1);
    if (++sequence % 2 === 0) throw new WeftError(Code.Unavailable, "gone");
    if (sequence === 3) throw new WeftError(Code.NotFound, "no such place");
  };

  const { calls, errors, lastError } = await driveLoad(call, { ...options, callers: 1, maxCalls: 10 });

  expect(calls).toBe(10);
  expect(errors).toEqual({ UNAVAILABLE: 5, NOT_FOUND: 1 });
  expect(lastError?.message).toBe("gone");
});

test("without a call that went well there is no latency", async () => {
  const call = () => Promise.reject(new WeftError(Code.Internal, "broken"));

  const { p50Ms, p99Ms } = await driveLoad(call, { ...options, maxCalls: 3 });

  expect([p50Ms, p99Ms]).toEqual([Number.NaN, Number.NaN]);
});

test("a rate spaces the calls, and one that had to wait for its turn has waited", async () => {
  const begunAt: number[] = [];
  const startedAt = clock.now();
  const call = async () => {
    begunAt.push(clock.now() - startedAt);
    clock.advance(begunAt.length === 1 ? 250 : 1);
  };

  const driving = driveLoad(call, { ...options, callers: 1, perSecond: 10, maxCalls: 5 });
  for (let i = 0; i < 50; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(20);
  }
  const { p99Ms } = await driving;

  expect(begunAt.slice(0, 2)).toEqual([0, 250]); // the second was due at 100
  expect(begunAt[3]).toBeGreaterThanOrEqual(300);
  expect(begunAt[4]).toBeGreaterThanOrEqual(400);
  expect(p99Ms).toBeGreaterThanOrEqual(150);
});

test("a signal ends it at once", async () => {
  const stop = new AbortController();
  const call = async () => {
    clock.advance(1);
    stop.abort();
  };

  const { calls } = await driveLoad(call, { ...options, callers: 1, signal: stop.signal });

  expect(calls).toBe(1);
});
