import { type Clock, sleep } from "@weft/core";
import type { Callbacks } from "../callback.js";
import type { Calls } from "./calls.js";

export interface DrainOptions {
  /** When to give up. Defaults to 20,000. */
  readonly limitMs?: number;
}

// How soon plugins that have work left are asked again.
const pollMs = 100;

/** Waits until no call is in flight and every plugin agrees. False if that took too long. */
export async function waitUntilDrained<C extends Callbacks>(
  calls: Calls<C>,
  isDrained: () => Promise<boolean>,
  clock: Clock,
  { limitMs = 20_000 }: DrainOptions,
): Promise<boolean> {
  const endsAt = clock.now() + limitMs;
  const timer = new AbortController();
  const timeUp = sleep(limitMs, { clock, signal: timer.signal }).catch(() => {}); // ended by the `finally` below
  try {
    for (;;) {
      await Promise.race([calls.whenIdle(), timeUp]);
      if (calls.inFlight === 0 && (await isDrained())) return true;
      if (clock.now() >= endsAt) return false;
      await sleep(Math.min(pollMs, endsAt - clock.now()), { clock });
    }
  } finally {
    timer.abort();
  }
}
