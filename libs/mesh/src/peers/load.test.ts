import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { Load } from "./load.js";

const failure = new WeftError(Code.Unavailable, "");

test("the average rises at once and falls slowly", () => {
  const load = new Load();
  expect(load.isMeasured).toBe(false);

  load.settled(10, undefined, 0);
  load.settled(100, undefined, 0);
  load.settled(10, undefined, 1_000);

  expect(load.isMeasured).toBe(true);
  expect(load.ewmaMs(1_000)).toBeGreaterThan(85);
  expect(load.ewmaMs(1_000)).toBeLessThan(100);
  for (let nowMs = 2_000; nowMs <= 60_000; nowMs += 1_000) load.settled(10, undefined, nowMs);
  expect(load.ewmaMs(60_000)).toBeCloseTo(10, 0);
});

test("a node that nobody asks is forgiven with time", () => {
  const load = new Load();
  load.settled(1_000, undefined, 0);

  expect(load.ewmaMs(10_000)).toBeCloseTo(1_000 / Math.E);
  expect(load.ewmaMs(100_000)).toBeLessThan(1);
});

test.each([
  ["a failure of the node counts as a second at least", failure, 1, 1_000],
  ["a failure that took longer counts as it was", failure, 3_000, 3_000],
  ["so does being out of resources", new WeftError(Code.ResourceExhausted, ""), 1, 1_000],
  ["a refusal of the caller leaves the average", new WeftError(Code.NotFound, ""), 1, 50],
  ["unless it was slow", new WeftError(Code.NotFound, ""), 80, 80],
  ["a cancelled call leaves the average", new WeftError(Code.Cancelled, ""), 1, 50],
])("%s", (_title, error, elapsedMs, expected) => {
  const load = new Load();
  load.settled(50, undefined, 0);

  load.settled(elapsedMs, error, 0);

  expect(load.ewmaMs(0)).toBe(expected);
});
