import type { Clock } from "@weft/core";

// A service that starts up is seen at once, a storm of changes or a registry that does not wait costs one call a second.
const burst = 2;
const perMs = 1 / 1_000;

/** A token bucket for calls: two at once, then one a second. */
export function createPace(clock: Clock): { take(): number } {
  let tokens = burst;
  let at = clock.now();
  return {
    /** Takes a token, and answers how long to wait for it. */
    take() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + (now - at) * perMs) - 1;
      at = now;
      return tokens >= 0 ? 0 : Math.ceil(-tokens / perMs);
    },
  };
}
