import { createHistogram } from "node:perf_hooks";
import type { CallOnce } from "./actor.js";

export interface Load {
  readonly callers: number;
  readonly forMs: number;
}

export interface LoadFigures {
  readonly calls: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Calls for a time; each caller makes its next call when the one before is answered. The first call that fails, or is
 * answered wrong, fails the load.
 */
export async function driveLoad(callers: readonly CallOnce[], forMs: number): Promise<LoadFigures> {
  const latencies = createHistogram({ figures: 3 });
  const startedAt = performance.now();
  const endsAt = startedAt + forMs;
  let sequence = 0;
  let isBroken = false;

  async function callUntilTheEnd(once: CallOnce): Promise<void> {
    for (let now = performance.now(); now < endsAt && !isBroken; ) {
      await once(sequence++);
      const answeredAt = performance.now();
      latencies.record(Math.max(1, Math.round((answeredAt - now) * 1e6)));
      now = answeredAt;
    }
  }

  try {
    await Promise.all(callers.map(callUntilTheEnd));
  } finally {
    isBroken = true; // the other callers stop as well
  }
  return {
    calls: sequence,
    seconds: (performance.now() - startedAt) / 1e3,
    p50Ms: latencies.percentile(50) / 1e6,
    p99Ms: latencies.percentile(99) / 1e6,
  };
}
