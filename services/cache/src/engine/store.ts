import type { Clock } from "@weft/core";
import { createEntry, type Entry } from "./entry.js";
import { ExpiryHeap } from "./expiry-heap.js";
import { matches, type Page, pageOf, type Query } from "./page.js";
import { RecencyList } from "./recency-list.js";
import type { StoredValue } from "./stored-value.js";

export interface StoreOptions {
  /** Most entries to hold, 1 to `largestCapacity`. Nothing is reserved for entries that are not there. */
  readonly capacity: number;
  /** How long an entry lives whose writer does not say. Absent: for ever. */
  readonly defaultTtlMs?: number;
  /** `now()` decides what has expired. */
  readonly clock: Clock;
}

/** The counters run from start and are never reset. */
export interface StoreStats {
  readonly size: number;
  readonly capacity: number;
  readonly totalGets: number;
  readonly totalHits: number;
  readonly totalSets: number;
  readonly totalRemoves: number;
  /** Keys, values and overhead of all entries. */
  readonly bytesUsed: number;
}

/**
 * Entries under keys, at most `capacity` of them. An entry is expired once more than its TTL has passed since its write;
 * an expired one is never seen, but counts in `size` until something touches or reclaims it. All calls are synchronous.
 */
export interface Store {
  /** Writes an entry as the most recent and answers its version. A full store gives up an expired or the least recent one. */
  set(key: string, value: StoredValue, ttlMs?: number): number;
  /** Reads an entry and makes it the most recent. Counts as a get. */
  get(key: string): Entry | undefined;
  /** Tells whether there is an entry. Counts as a get and leaves the order alone. */
  has(key: string): boolean;
  /** Removes an entry; false if there was none. */
  remove(key: string): boolean;
  /** Removes all entries and answers how many there were, expired ones included. */
  clear(): number;
  /** The time on the clock that decides what has expired. */
  now(): number;
  /** Removes up to `limit` entries that had expired by `nowMs` and answers how many. */
  reclaim(nowMs: number, limit: number): number;
  /** The live entries that a query asks for. Changes neither order nor counters. */
  list(query: Query): Page<Entry>;
  stats(): StoreStats;
}

/**
 * Half of what a V8 Map holds (2^24). Above, replacing entries in a full Map ends in "Map maximum size exceeded": its
 * deleted places count until they are half of the table, and only then are they reused. More needs several Maps.
 */
export const largestCapacity = 2 ** 23;

// The first columns take a few kilobytes; they double from there.
const firstSlots = 256;

/** An empty store in memory. Throws for a capacity out of range. */
export function createStore(options: StoreOptions): Store {
  const { capacity, defaultTtlMs = Number.POSITIVE_INFINITY, clock } = options;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > largestCapacity)
    throw new RangeError(`capacity must be a whole number from 1 to ${largestCapacity}, got ${capacity}`);

  const slotOf = new Map<string, number>();
  let slots = Math.min(firstSlots, capacity);
  let entries: (Entry | undefined)[] = [undefined]; // by slot; there is no slot 0
  let free: number[] = [];
  let recency = new RecencyList(slots);
  let expiry = new ExpiryHeap(slots);
  let version = 0;
  let bytesUsed = 0;
  let totalGets = 0;
  let totalHits = 0;
  let totalSets = 0;
  let totalRemoves = 0;

  const isExpired = (slot: number, nowMs: number) => nowMs > expiry.deadlineOf(slot);

  /** The slot of a live entry, or 0. An expired one is dropped on the way. */
  function find(key: string): number {
    const slot = slotOf.get(key);
    if (slot === undefined) return 0;
    if (!isExpired(slot, clock.now())) return slot;
    drop(slot);
    return 0;
  }

  function drop(slot: number): void {
    const entry = entries[slot] as Entry;
    bytesUsed -= entry.size;
    entries[slot] = undefined;
    slotOf.delete(entry.key);
    recency.remove(slot);
    expiry.remove(slot);
    free.push(slot);
  }

  /** A slot for a new entry, linked as the most recent. */
  function take(nowMs: number): number {
    if (slotOf.size >= capacity) drop(isExpired(expiry.first, nowMs) ? expiry.first : recency.last);
    const slot = free.pop() ?? slotOf.size + 1;
    if (slot > slots) {
      slots = Math.min(slots * 2, capacity);
      recency.grow(slots);
      expiry.grow(slots);
    }
    recency.add(slot);
    return slot;
  }

  return {
    set(key, value, ttlMs = defaultTtlMs) {
      const nowMs = clock.now();
      let slot = slotOf.get(key);
      if (slot === undefined) {
        slot = take(nowMs);
        slotOf.set(key, slot);
      } else {
        bytesUsed -= (entries[slot] as Entry).size;
        recency.touch(slot);
      }
      version += 1;
      const entry = createEntry(key, value, version);
      entries[slot] = entry;
      bytesUsed += entry.size;
      expiry.set(slot, nowMs + ttlMs);
      totalSets += 1;
      return version;
    },

    get(key) {
      totalGets += 1;
      const slot = find(key);
      if (slot === 0) return undefined;
      totalHits += 1;
      recency.touch(slot);
      return entries[slot];
    },

    has(key) {
      totalGets += 1;
      if (find(key) === 0) return false;
      totalHits += 1;
      return true;
    },

    remove(key) {
      const slot = find(key);
      if (slot === 0) return false;
      drop(slot);
      totalRemoves += 1;
      return true;
    },

    // Fresh columns instead of emptied ones: what they held is the collector's work, not a stall here.
    clear() {
      const { size } = slotOf;
      slotOf.clear();
      slots = Math.min(firstSlots, capacity);
      entries = [undefined];
      free = [];
      recency = new RecencyList(slots);
      expiry = new ExpiryHeap(slots);
      bytesUsed = 0;
      return size;
    },

    now: () => clock.now(),

    reclaim(nowMs, limit) {
      let count = 0;
      while (count < limit && isExpired(expiry.first, nowMs)) {
        drop(expiry.first);
        count += 1;
      }
      return count;
    },

    list(query) {
      const nowMs = clock.now();
      const keys: string[] = [];
      for (const [key, slot] of slotOf) if (!isExpired(slot, nowMs) && matches(query, key)) keys.push(key);
      const page = pageOf(keys, query);
      return { ...page, rows: page.rows.map((key) => entries[slotOf.get(key) as number] as Entry) };
    },

    stats: () => ({ size: slotOf.size, capacity, totalGets, totalHits, totalSets, totalRemoves, bytesUsed }),
  };
}
