import { type Clock, systemClock } from "@weft/core";

/** The machine's clock, put forward by the test. */
export interface ShiftedClock extends Clock {
  /** Timers that wait already do not notice. */
  advance(ms: number): void;
  /** Timers that wait already have waited so much longer. */
  elapse(ms: number): void;
}

interface Waiting {
  readonly dueMs: number;
  readonly action: () => void;
  cancel: () => void;
}

export function shiftedClock(): ShiftedClock {
  let shiftMs = 0;
  const all = new Set<Waiting>();
  const now = () => systemClock.now() + shiftMs;
  const arm = (waiting: Waiting): void => {
    waiting.cancel = systemClock.after(Math.max(0, waiting.dueMs - now()), () => {
      all.delete(waiting);
      waiting.action();
    });
  };
  const advance = (ms: number): void => {
    shiftMs += ms;
  };
  return {
    now,
    wallTime: () => systemClock.wallTime() + shiftMs,
    after(waitMs, action) {
      const waiting: Waiting = { dueMs: now() + waitMs, action, cancel: () => {} };
      all.add(waiting);
      arm(waiting);
      return () => {
        all.delete(waiting);
        waiting.cancel();
      };
    },
    advance,
    elapse(ms) {
      advance(ms);
      for (const waiting of all) {
        waiting.cancel();
        arm(waiting);
      }
    },
  };
}
