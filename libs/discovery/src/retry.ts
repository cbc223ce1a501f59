import { type Clock, Code, createBackoff, type Logger, silentLogger, systemClock, WeftError } from "@weft/core";

/** What the watcher and the registrar take from outside. */
export interface DiscoveryOptions {
  readonly clock?: Clock;
  /** Draws the jitter of the waits. */
  readonly random?: () => number;
  readonly logger?: Logger;
}

/** Keeps count of failures: how long to wait after each, since when there are any, and one log line per change. */
export interface Retry {
  /** How long it has been failing; 0 while all is well. */
  readonly failingMs: number;
  /** Answers how long to wait before the next attempt. */
  failed(error: unknown, fields: object): number;
  succeeded(fields: object): void;
}

// A registry may ask for patience, but not for a pause whose end nobody would notice.
const longestRetryAfterMs = 60_000;

/** `subject` begins the log lines. The waits have full jitter, so that a crowd of processes spreads out. */
export function createRetry(subject: string, options: DiscoveryOptions): Retry {
  const { clock = systemClock, random = Math.random, logger = silentLogger } = options;
  const backoff = createBackoff({ minMs: 200, maxMs: 30_000, random });
  let failingSince: number | undefined;
  let reported: Code | undefined;

  return {
    get failingMs() {
      return failingSince === undefined ? 0 : clock.now() - failingSince;
    },
    failed(error, fields) {
      const { code, retryAfterMs = 0 } = error instanceof WeftError ? error : { code: Code.Unknown };
      const line = { ...fields, err: error };
      if (failingSince !== undefined && code === reported) logger.debug(line, `${subject} still fails`);
      else if (code === Code.PermissionDenied)
        logger.error(line, `${subject} is refused`); // no waiting helps, an operator does
      else logger.warn(line, `${subject} fails, trying again`);
      failingSince ??= clock.now();
      reported = code;
      return Math.max(backoff.next(), Math.min(retryAfterMs, longestRetryAfterMs));
    },
    succeeded(fields) {
      backoff.reset();
      if (failingSince !== undefined) logger.info(fields, `${subject} works again`);
      failingSince = undefined;
    },
  };
}
