import { type Clock, systemClock } from "@weft/core";

/** The machine's clock, put forward by the test. Timers that wait already do not notice. */
export interface ShiftedClock extends Clock {
  advance(ms: number): void;
}

export function shiftedClock(): ShiftedClock {
  let shiftMs = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + shiftMs,
    wallTime: () => systemClock.wallTime() + shiftMs,
    advance(ms) {
      shiftMs += ms;
    },
  };
}
