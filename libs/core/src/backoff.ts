export interface BackoffOptions {
  /** The shortest wait. */
  readonly minMs: number;
  /** The longest wait. */
  readonly maxMs: number;
  /** Draws from [0, 1). */
  readonly random?: () => number;
}

/** Waits that grow while something keeps failing. */
export interface Backoff {
  /** The next wait, in milliseconds. */
  next(): number;
  /** Starts over, after a success. */
  reset(): void;
}

/**
 * Exponential backoff with full jitter above a floor: a crowd of clients spreads out, and nobody retries at once.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createBackoff(options: BackoffOptions): Backoff {
  const { minMs, maxMs, random = Math.random } = options;
  let ceilingMs = minMs;
  return {
    next() {
      ceilingMs = Math.min(maxMs, ceilingMs * 2);
      return Math.round(minMs + random() * (ceilingMs - minMs));
    },
    reset() {
      ceilingMs = minMs;
    },
  };
}
