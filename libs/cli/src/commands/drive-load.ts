import { createHistogram } from "node:perf_hooks";
import { type Clock, codeName, sleep, WeftError } from "@weft/core";

export interface LoadOptions {
  /** Each makes its next call when the one before is answered. */
  readonly callers: number;
  /** The load ends after this time, or these calls, whatever comes first. */
  readonly forMs: number;
  readonly maxCalls: number;
  /** Calls that begin in a second, all callers together. Infinity: as many as there can be. */
  readonly perSecond: number;
  /** Ends the load early; calls under way are awaited. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface LoadFigures {
  readonly calls: number;
  readonly seconds: number;
  /** Of the calls that went well, from when they should have begun. NaN: there was none. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many calls failed, by the name of the code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly lastError: WeftError | undefined;
}

/** Calls again and again, in bounds. Failures are counted. */
export async function driveLoad(call: () => Promise<unknown>, options: LoadOptions): Promise<LoadFigures> {
  const { callers, forMs, maxCalls, perSecond, signal, clock } = options;
  const latencies = createHistogram({ figures: 3 });
  const errors: Record<string, number> = {};
  let lastError: WeftError | undefined;
  let calls = 0;
  const startedAt = clock.now();
  const endsAt = startedAt + forMs;

  async function callUntilTheEnd(): Promise<void> {
    while (calls < maxCalls && !signal.aborted && clock.now() < endsAt) {
      const dueAt = startedAt + (calls++ / perSecond) * 1_000;
      if (dueAt >= endsAt || (dueAt > clock.now() && !(await isDue(dueAt)))) {
        calls--;
        return;
      }
      const begunAt = perSecond === Number.POSITIVE_INFINITY ? clock.now() : dueAt;
      try {
        await call();
        latencies.record(Math.max(1, Math.round((clock.now() - begunAt) * 1e6)));
      } catch (error) {
        lastError = WeftError.from(error);
        const name = codeName(lastError.code);
        errors[name] = (errors[name] ?? 0) + 1;
      }
    }
  }

  /** False: the load is over before. */
  async function isDue(dueAt: number): Promise<boolean> {
    await sleep(dueAt - clock.now(), { clock, signal }).catch(() => {}); // by the signal alone
    return !signal.aborted;
  }

  await Promise.all(Array.from({ length: callers }, callUntilTheEnd));
  const percentileMs = (percent: number) => (latencies.count === 0 ? Number.NaN : latencies.percentile(percent) / 1e6);
  return {
    calls,
    seconds: (clock.now() - startedAt) / 1e3,
    p50Ms: percentileMs(50),
    p99Ms: percentileMs(99),
    errors,
    lastError,
  };
}
