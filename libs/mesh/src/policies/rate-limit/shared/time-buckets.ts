// Fewer would refuse earlier than need be, more would be more to read.
const mostBuckets = 10;

// A call has to reach the cache and come back within its bucket.
const shortestMs = 50;

// Machines that keep their time by NTP are within some ten milliseconds.
const mostApartMs = 100;

/**
 * How the time of a shared limit is divided, by wall time, so that gateways agree on it. A bucket counts until `earlier`
 * others have begun and ended after it: that covers every window a call of it is in, and at most one bucket more.
 */
export interface TimeBuckets {
  readonly lengthMs: number;
  /** How many buckets before the present one count. */
  readonly earlier: number;
  /** How far the clocks of two gateways may be apart. */
  readonly apartMs: number;
  /** How long a counter is needed that is made in its bucket. */
  readonly lifeMs: number;
  /** The number of the bucket of a time. */
  at(wallMs: number): number;
  startOf(bucket: number): number;
  /** When less than `maxRequests` will count, if nothing is added: `counts` by bucket, the oldest first, from bucket `first` on. */
  freedAt(counts: readonly number[], first: number, maxRequests: number): number;
}

export function timeBuckets(windowMs: number): TimeBuckets {
  const earlier = Math.min(mostBuckets, Math.max(1, Math.floor(windowMs / shortestMs)));
  const apartMs = Math.min(mostApartMs, windowMs / 50);
  // Two calls of the same moment may be apart by the clocks: so the buckets reach a little further than the window.
  const lengthMs = Math.max(shortestMs, Math.ceil((windowMs + apartMs) / earlier));
  const startOf = (bucket: number) => bucket * lengthMs;
  return {
    lengthMs,
    earlier,
    apartMs,
    lifeMs: (earlier + 2) * lengthMs,
    at: (wallMs) => Math.floor(wallMs / lengthMs),
    startOf,
    freedAt(counts, first, maxRequests) {
      let left = total(counts);
      let bucket = first;
      for (const count of counts) {
        if (left < maxRequests) break;
        left -= count;
        bucket++;
      }
      return startOf(bucket + earlier);
    },
  };
}

export function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
