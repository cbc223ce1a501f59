import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createStopSignals } from "./stop-signals.js";

test("the first request stops, a second one kills", () => {
  const clock = fakeClock();
  const { stop, kill, received } = createStopSignals(clock);
  expect(stop.aborted).toBe(false);

  received();
  expect([stop.aborted, kill.aborted]).toEqual([true, false]);

  clock.advance(1_000);
  received();
  expect(kill.aborted).toBe(true);
});

test("the echo of the first is no second one", () => {
  const clock = fakeClock();
  const { kill, received } = createStopSignals(clock);

  received();
  clock.advance(20);
  received();

  expect(kill.aborted).toBe(false);
});
