import type { Clock } from "@weft/core";
import type { Awaitable } from "../store/awaitable.js";
import type { Lease, LeaseWait } from "../store/lease.js";

/** How a lease is asked for, and given back by whoever needs it no more. */
export interface LeaseSource {
  ask(): Awaitable<Lease>;
  release(token: string): Awaitable<boolean>;
}

/** Callers that wait while somebody else computes the value of their key. */
export interface LeaseWaits {
  /**
   * Asks for a lease until there is a value, it is granted, or the time is up. Rejects with the signal's reason. Where too
   * many wait, it asks once.
   */
  lease(key: string, wait: LeaseWait, source: LeaseSource): Promise<Lease>;
  /** The lease of a key has ended, with or without a value: who has waited longest asks again. */
  ended(key: string): void;
  /** The same for every key. */
  endedAll(): void;
}

export interface LeaseWaitsOptions {
  readonly clock: Clock;
  /** Called before somebody asks who would wait. */
  readonly begin?: () => void;
}

type Hit = Extract<Lease, { state: "hit" }>;

interface Place {
  readonly key: string;
  /** Something has happened since it last asked. */
  isWoken: boolean;
  /** What another one has found. */
  told: Hit | undefined;
  resume: () => void;
}

// A place takes less than a kilobyte. Whoever gets none asks again by himself.
const mostPlaces = 10_000;
const mostPlacesOfKey = 1_000;

const nothing = () => {};

/** Nobody waits yet. What it costs a store where nobody ever does is one look at a size. */
export function createLeaseWaits({ clock, begin = nothing }: LeaseWaitsOptions): LeaseWaits {
  const places = new Map<string, Set<Place>>();
  let count = 0;

  function join(key: string): Place | undefined {
    const others = places.get(key);
    if (count >= mostPlaces || (others?.size ?? 0) >= mostPlacesOfKey) return undefined;
    const place: Place = { key, isWoken: false, told: undefined, resume: nothing };
    if (others === undefined) places.set(key, new Set([place]));
    else others.add(place);
    count += 1;
    return place;
  }

  function leave(place: Place): void {
    const { key, isWoken } = place;
    const others = places.get(key);
    if (others?.delete(place) !== true) return;
    count -= 1;
    if (others.size === 0) places.delete(key);
    else if (isWoken) ended(key); // it was to look for all of them, and did not
  }

  function wake(place: Place): void {
    place.isWoken = true;
    place.resume();
  }

  /** The first alone: a lease is granted to one, and a value that it finds is told to all. */
  function ended(key: string): void {
    const first = places.get(key)?.values().next().value;
    if (first !== undefined) wake(first);
  }

  function tell(key: string, hit: Hit): void {
    for (const place of places.get(key) ?? []) {
      place.told = hit;
      wake(place);
    }
  }

  return {
    async lease(key, { waitMs, signal }, source) {
      const place = join(key);
      if (place === undefined) return source.ask();
      const endsAt = clock.now() + waitMs;
      try {
        begin();
        for (;;) {
          place.isWoken = false;
          const lease = await source.ask();
          if (lease.state === "hit") tell(key, lease);
          if (lease.state === "granted" && signal.aborted) {
            await source.release(lease.token);
            throw signal.reason;
          }
          const leftMs = endsAt - clock.now();
          if (lease.state !== "taken" || leftMs <= 0) return lease;
          await news(place, Math.min(leftMs, lease.leftMs + 1), { clock, signal });
          if (place.told !== undefined) return place.told;
        }
      } finally {
        leave(place);
      }
    },
    ended,
    endedAll() {
      for (const key of places.keys()) ended(key);
    },
  };
}

/** Ends when somebody wakes the place, or the time is up. */
function news(place: Place, ms: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      cancel();
      signal.removeEventListener("abort", over);
      place.resume = nothing;
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const cancel = clock.after(ms, over);
    signal.addEventListener("abort", over);
    place.resume = over;
    if (signal.aborted || place.isWoken) over();
  });
}
