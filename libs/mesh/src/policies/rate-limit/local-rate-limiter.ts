import type { Clock } from "@weft/core";
import { type CallList, CallLists } from "./call-lists.js";
import type { Limit } from "./limit.js";
import type { Exceeded, RateLimiter, Take, Usage } from "./rate-limiter.js";
import type { WindowLog } from "./window-log.js";

export interface LocalRateLimiterOptions {
  readonly clock: Clock;
  /** Values that each limit remembers. Defaults to 100,000: some 30 MB. */
  readonly maxValues?: number;
  /** Calls that each limit has room for, over all values. Defaults to 4,000,000: 32 MB. */
  readonly maxTimes?: number;
}

/** Counts the calls of this process, exactly: a sliding window of times for each value of each limit. */
export function localRateLimiter(options: LocalRateLimiterOptions): RateLimiter {
  const { clock, maxValues = 100_000, maxTimes = 4_000_000 } = options;
  // Outlives changes of the limits, so that a new maximum counts the calls of before.
  const tables = new Map<string, { readonly scope: string; readonly key: string; readonly lists: CallLists }>();

  function listsOf({ scope, key, windowMs }: Limit): CallLists {
    const name = `${scope}\n${key}\n${windowMs}`;
    let table = tables.get(name);
    if (table === undefined) {
      table = { scope, key, lists: new CallLists({ windowMs, maxValues, maxTimes }) };
      tables.set(name, table);
    }
    return table.lists;
  }

  function prepare(limits: readonly Limit[]): Take {
    const counted = limits.map((limit) => ({ limit, lists: listsOf(limit) }));
    // For one call at a time: nothing in a take waits, so it needs no memory of its own.
    const values: (string | undefined)[] = limits.map(() => undefined);
    const found: (CallList | undefined)[] = limits.map(() => undefined);

    return (call) => {
      const nowMs = clock.now();
      let exceeded: Exceeded | undefined;
      for (let at = 0; at < counted.length; at++) {
        const { limit, lists } = counted[at] as (typeof counted)[number];
        const value = limit.valueIn(call);
        const list = value === undefined ? undefined : lists.find(value);
        values[at] = value;
        found[at] = list;
        if (list === undefined || list.log.countAfter(nowMs - limit.windowMs) < limit.maxRequests) continue;
        const usage = usageOf(list.log, limit, nowMs);
        if (exceeded === undefined || usage.retryAfterMs > exceeded.retryAfterMs) exceeded = { limit, ...usage };
      }
      if (exceeded !== undefined) return exceeded;
      for (let at = 0; at < counted.length; at++) {
        const { limit, lists } = counted[at] as (typeof counted)[number];
        const value = values[at];
        if (value !== undefined) lists.record(found[at], value, nowMs, limit.maxRequests);
      }
      return undefined;
    };
  }

  return {
    name: "local",
    prepare,
    usage(limit, value) {
      const list = listsOf(limit).peek(value);
      return list === undefined ? unused : usageOf(list.log, limit, clock.now());
    },
    reset(scope, key, value) {
      for (const table of tables.values()) if (table.scope === scope && table.key === key) table.lists.forget(value);
    },
    cleanUp(most) {
      const nowMs = clock.now();
      let forgotten = 0;
      for (const { lists } of tables.values()) forgotten += lists.forgetIdle(nowMs, most - forgotten);
      return forgotten;
    },
  };
}

const unused: Usage = { current: 0, retryAfterMs: 0 };

function usageOf(log: WindowLog, { maxRequests, windowMs }: Limit, nowMs: number): Usage {
  const current = log.countAfter(nowMs - windowMs);
  if (current < maxRequests) return { current, retryAfterMs: 0 };
  // More than the maximum where that was lowered meanwhile: then the oldest alone does not make room.
  const freedAt = log.timeAt(current - maxRequests) + windowMs;
  return { current, retryAfterMs: Math.max(1, Math.ceil(freedAt - nowMs)) };
}
