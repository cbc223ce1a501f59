import { createBackoff } from "./backoff.js";
import type { Clock } from "./clock.js";

export interface RestartsOptions {
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly random?: () => number;
}

/** When a process that died may start again, and when to give up: one that cannot run must not start for ever. */
export interface Restarts {
  /** It starts now. */
  started(): void;
  /** It died. How long to wait before the next start, in milliseconds; undefined when it died too often in a row. */
  died(): number | undefined;
}

/** Deaths in a row after which the next one is the last. */
export const maxRestarts = 5;

// One that ran so long had no trouble starting: its death is counted anew.
const steadyMs = 30_000;

export function createRestarts(options: RestartsOptions): Restarts {
  const { clock, random = Math.random } = options;
  const backoff = createBackoff({ minMs: 250, maxMs: 10_000, random });
  let deaths = 0;
  let startedAtMs = clock.now();
  return {
    started() {
      startedAtMs = clock.now();
    },
    died() {
      if (clock.now() - startedAtMs > steadyMs) {
        deaths = 0;
        backoff.reset();
      }
      return ++deaths > maxRestarts ? undefined : backoff.next();
    },
  };
}
