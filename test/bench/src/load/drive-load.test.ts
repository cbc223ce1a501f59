import { expect, test } from "@jest/globals";
import { driveLoad } from "./drive-load.js";

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

test("each caller has one call at a time, and no two calls are the same", async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  const once = async (sequence: number) => {
    seen.push(sequence);
    most = Math.max(most, ++running);
    await soon();
    running--;
  };

  const { calls, seconds, p50Ms, p99Ms } = await driveLoad([once, once, once], 20);

  expect(most).toBe(3);
  expect(seen).toEqual(Array.from({ length: calls }, (_, i) => i));
  expect(seconds).toBeGreaterThanOrEqual(0.02);
  expect(p50Ms).toBeGreaterThan(0);
  expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
});

test("a wrong answer fails the load, and the other callers stop", async () => {
  let calls = 0;
  const once = async (sequence: number) => {
    calls++;
    await soon();
    if (sequence === 5) throw new Error("wrong answer");
  };

  await expect(driveLoad([once, once], 60_000)).rejects.toThrow("wrong answer");

  await soon();
  await soon();
  expect(calls).toBeLessThan(10);
});
