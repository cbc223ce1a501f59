import { expect, test } from "@jest/globals";
import { createRestarts } from "./restarts.js";
import { fakeClock } from "./testkit.js";

const random = () => 0.5;

test("the waits grow, and the sixth death in a row is the last", () => {
  const restarts = createRestarts({ clock: fakeClock(), random });

  expect(Array.from({ length: 6 }, () => restarts.died())).toEqual([375, 625, 1_125, 2_125, 4_125, undefined]);
});

test("a death after half a minute is counted anew", async () => {
  const clock = fakeClock();
  const restarts = createRestarts({ clock, random });
  for (let i = 0; i < 5; i++) restarts.died();

  restarts.started();
  await clock.advance(30_001);

  expect(restarts.died()).toBe(375);
});
