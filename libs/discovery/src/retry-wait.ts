import { type Backoff, type Clock, createBackoff, type Logger, silentLogger, systemClock, WeftError } from "@weft/core";

/** What the watcher and the registrar take from outside. */
export interface DiscoveryOptions {
  readonly clock?: Clock;
  /** Draws the jitter of the waits. */
  readonly random?: () => number;
  readonly logger?: Logger;
}

/** Options with the defaults filled in, and the waits between attempts: full jitter, so that a crowd spreads out. */
export function withDefaults({ clock = systemClock, random = Math.random, logger = silentLogger }: DiscoveryOptions) {
  return { clock, logger, backoff: createBackoff({ minMs: 200, maxMs: 30_000, random }) };
}

// A registry may ask for patience, but not for a pause that nobody would notice the end of.
const longestRetryAfterMs = 60_000;

/** How long to wait after this error: the backoff's next step, or longer if the other side asked for it. */
export function retryWait(backoff: Backoff, error: unknown): number {
  const askedMs = error instanceof WeftError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(backoff.next(), Math.min(askedMs, longestRetryAfterMs));
}
