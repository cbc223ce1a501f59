import { performance } from "node:perf_hooks"; // the global of that name is a getter, which costs a call

/** Time from outside, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds on a scale that never goes back. For measuring; means nothing between processes. */
  now(): number;
  /** Milliseconds since the Unix epoch. For showing and for exchanging, never for measuring. */
  wallTime(): number;
  /** Runs `action` once after `waitMs`; the answer cancels it and may be called at any time. */
  after(waitMs: number, action: () => void): () => void;
}

// setTimeout takes 32 bits and fires at once beyond them.
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after(waitMs, action) {
    const timer = setTimeout(action, Math.min(waitMs, longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Ends after `waitMs`, or throws `signal.reason` as soon as the signal fires. */
export function sleep(waitMs: number, options: { clock?: Clock; signal?: AbortSignal } = {}): Promise<void> {
  const { clock = systemClock, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const aborted = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(waitMs, () => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    });
    signal?.addEventListener("abort", aborted, { once: true });
  });
}
