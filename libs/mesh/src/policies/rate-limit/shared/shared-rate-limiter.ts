import { type Clock, Code, Reason, WeftError } from "@weft/core";
import type { Limit } from "../limit.js";
import type { Exceeded, RateLimiter, Take } from "../rate-limiter.js";
import type { Counters } from "./counters.js";
import { counterPrefix, type KnownCounts, KnownList } from "./known-counts.js";
import { total } from "./time-buckets.js";

// One is the rule. A cache that is slower than a bucket more often than that is of no use.
const mostTries = 3;

export interface SharedRateLimiterOptions {
  readonly counters: Counters;
  readonly clock: Clock;
  /** Values that each limit remembers, which saves asking again. Defaults to 50,000: some 20 MB. */
  readonly maxValues?: number;
}

/** A call and one of its limits. */
interface Counting {
  readonly limit: Limit;
  readonly list: KnownList;
  readonly value: string;
}

/** A call that has been added to a counter. */
interface Counted {
  readonly list: KnownList;
  readonly known: KnownCounts;
}

/**
 * Counts the calls of all gateways together, in counters that they share: one for each value and bucket of time. Never
 * admits more than a limit says in any window, as long as the clocks of the gateways are no further apart than
 * `TimeBuckets.apartMs` and no counter is lost; further apart, calls at the border of two buckets may be missed. A call
 * counts for one bucket, a tenth of the window, longer than its window. Calls at the same time count while they are being
 * refused, so in doubt one too many is refused.
 *
 * Counters are lost with the node of the cache that has them, and where they are evicted: the cache needs room for twelve
 * entries of the mesh for each value of each limit. Then up to the maximum is admitted once more.
 *
 * A call costs one addition; the first of a value in a bucket reads the earlier counts beside it, and near the borders of
 * buckets the neighbour is read after it. A value that has used up its limit costs nothing until the bucket ends.
 */
export function sharedRateLimiter(options: SharedRateLimiterOptions): RateLimiter {
  const { counters, clock, maxValues = 50_000 } = options;
  const lists = new Map<string, KnownList>();

  function listOf({ scope, key, windowMs }: Limit): KnownList {
    const name = `${scope}\n${key}\n${windowMs}`;
    let list = lists.get(name);
    if (list === undefined) {
      list = new KnownList({ scope, key, windowMs, maxValues });
      lists.set(name, list);
    }
    return list;
  }

  function prepare(limits: readonly Limit[]): Take {
    const all = limits.map((limit) => ({ limit, list: listOf(limit) }));
    return (call) => {
      const nowMs = clock.wallTime();
      const countings: Counting[] = [];
      let exceeded: Exceeded | undefined;
      for (const { limit, list } of all) {
        const value = limit.valueIn(call);
        if (value === undefined) continue;
        countings.push({ limit, list, value });
        const usedUp = list.peek(value, list.buckets.at(nowMs))?.usedUp;
        if (usedUp === undefined || usedUp.maxRequests < limit.maxRequests) continue;
        exceeded = longer(exceeded, {
          limit,
          current: usedUp.maxRequests,
          retryAfterMs: waitMs(usedUp.freedAtMs, nowMs),
        });
      }
      return exceeded ?? (countings.length === 0 ? undefined : countAll(countings));
    };
  }

  /** A refusal is worth more than a failure: it holds whatever the others would have said. */
  async function countAll(countings: readonly Counting[]): Promise<Exceeded | undefined> {
    const outcomes = await Promise.allSettled(countings.map(count));
    let exceeded: Exceeded | undefined;
    let failed: PromiseRejectedResult | undefined;
    const counted: Counted[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") failed = outcome;
      else if ("known" in outcome.value) counted.push(outcome.value);
      else exceeded = longer(exceeded, outcome.value);
    }
    if (exceeded !== undefined) await Promise.all(counted.map(takeBack));
    else if (failed !== undefined) throw failed.reason;
    return exceeded;
  }

  async function count(counting: Counting): Promise<Counted | Exceeded> {
    const { list, value } = counting;
    const { buckets } = list;
    for (let tries = 0; tries < mostTries; tries++) {
      const known = list.of(value, buckets.at(clock.wallTime()));
      const [own, earlier] = await Promise.all([
        counters.add(known.counter(known.bucket), buckets.lifeMs),
        earlierCounts(known, list),
      ]);
      if (buckets.at(clock.wallTime()) === known.bucket) return decided(counting, { list, known }, own, earlier);
      // Others may have read this counter for good before the call came to it.
      await takeBack({ list, known });
    }
    throw new WeftError(Code.Unavailable, `the cache answers later than within ${buckets.lengthMs} ms`, {
      reason: Reason.RateLimiterUnavailable,
    });
  }

  /** Read once in a bucket, for all calls of the value. */
  function earlierCounts(known: KnownCounts, { buckets }: KnownList): Promise<number[]> {
    if (known.earlier !== undefined) return known.earlier;
    known.isLatestFinal = clock.wallTime() >= buckets.startOf(known.bucket) + buckets.apartMs;
    const names = Array.from({ length: buckets.earlier }, (_, ago) => known.counter(known.bucket - 1 - ago));
    const reading = counters.read(names).then((counts) => [...counts]);
    known.earlier = reading;
    reading.catch(() => {
      known.earlier = undefined; // the next call asks again
    });
    return reading;
  }

  /**
   * `own` is what the addition answered. Of two gateways at the two sides of a border, each adds to its own counter before
   * it reads the other's: so at least one of them sees the other's call, whose clock ever is ahead.
   */
  async function decided(
    { limit, list }: Counting,
    counted: Counted,
    own: number,
    earlier: number[],
  ): Promise<Counted | Exceeded> {
    const { known } = counted;
    const later = await readNeighbours(known, list, earlier);
    const others = total(earlier) + later;
    const { maxRequests } = limit;
    if (others + own <= maxRequests) return counted;

    const left = await takeBack(counted);
    // Beyond the maximum there are only calls that are being refused at the same time.
    const here = Math.max(0, Math.min(left ?? own - 1, maxRequests - others));
    const counts = [...earlier.toReversed(), here, later];
    const freedAtMs = list.buckets.freedAt(counts, known.bucket - earlier.length, maxRequests);
    if (left !== undefined && others + left >= maxRequests) known.usedUp = { maxRequests, freedAtMs };
    return { limit, current: others + here, retryAfterMs: waitMs(freedAtMs, clock.wallTime()) };
  }

  /** Reads the bucket before, if it may still change, and the one after, if another gateway may be in it. Answers the latter's count. */
  async function readNeighbours(known: KnownCounts, { buckets }: KnownList, earlier: number[]): Promise<number> {
    const { bucket } = known;
    const nowMs = clock.wallTime();
    const readsBefore = !known.isLatestFinal;
    const readsAfter = nowMs >= buckets.startOf(bucket + 1) - buckets.apartMs;
    if (!readsBefore && !readsAfter) return 0;

    const names = [...(readsBefore ? [bucket - 1] : []), ...(readsAfter ? [bucket + 1] : [])].map(known.counter);
    const counts = await counters.read(names);
    if (readsBefore && !known.isLatestFinal) {
      earlier[0] = counts[0] ?? 0;
      known.isLatestFinal = nowMs >= buckets.startOf(bucket) + buckets.apartMs;
    }
    return readsAfter ? (counts.at(-1) ?? 0) : 0;
  }

  /** Answers what is left; undefined if that failed, so that the call stays counted. */
  async function takeBack({ list, known }: Counted): Promise<number | undefined> {
    try {
      const left = await counters.takeBack(known.counter(known.bucket), list.buckets.lifeMs);
      known.usedUp = undefined;
      return left;
    } catch {
      return undefined;
    }
  }

  return {
    name: "shared",
    prepare,
    async usage(limit, value) {
      const list = listOf(limit);
      const { buckets } = list;
      const nowMs = clock.wallTime();
      const first = buckets.at(nowMs) - buckets.earlier;
      const counter = list.counterOf(value);
      const counts = await counters.read(Array.from({ length: buckets.earlier + 1 }, (_, at) => counter(first + at)));
      const current = total(counts);
      if (current < limit.maxRequests) return { current, retryAfterMs: 0 };
      return { current, retryAfterMs: waitMs(buckets.freedAt(counts, first, limit.maxRequests), nowMs) };
    },
    async reset(scope, key, value) {
      await counters.forget(counterPrefix(scope, key, value));
      for (const list of lists.values()) if (list.scope === scope && list.key === key) list.forget(value);
    },
    cleanUp(most) {
      const nowMs = clock.wallTime();
      let forgotten = 0;
      for (const list of lists.values()) forgotten += list.forgetOthers(list.buckets.at(nowMs), most - forgotten);
      return forgotten;
    },
  };
}

function waitMs(freedAtMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil(freedAtMs - nowMs));
}

function longer(one: Exceeded | undefined, other: Exceeded): Exceeded {
  return one === undefined || other.retryAfterMs > one.retryAfterMs ? other : one;
}
