import type { Clock } from "@weft/core";

/**
 * A clock for which time stands still within a turn of the event loop, so that all operations of a turn read it once: a
 * reading takes 80 ns, more than the rest of a get.
 */
export function turnClock(clock: Clock): Clock {
  let nowMs = -1; // unknown
  const forget = () => {
    nowMs = -1;
  };
  return {
    ...clock,
    now() {
      if (nowMs === -1) {
        nowMs = clock.now();
        setImmediate(forget);
      }
      return nowMs;
    },
  };
}
