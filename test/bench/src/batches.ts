import type { Subject } from "./fresh-process.js";

// Long enough for the clock, short enough that a batch which another process interrupted is one of many.
const batchMs = 5;

/** Warms up, and finds how often the work fits into a batch. */
export async function calibrate(of: Subject, warmUpMs: number): Promise<number> {
  const endsAt = performance.now() + warmUpMs;
  let times = 1;
  for (;;) {
    const lastedMs = await duration(of, times);
    if (performance.now() >= endsAt && lastedMs >= batchMs / 2) return Math.ceil((times * batchMs) / lastedMs);
    if (lastedMs < batchMs) times *= 2;
  }
}

/** The milliseconds of one batch. */
export async function duration(of: Subject, times: number): Promise<number> {
  const startedAt = performance.now();
  const pending = of.batch(times);
  if (pending !== undefined) await pending;
  return performance.now() - startedAt;
}
