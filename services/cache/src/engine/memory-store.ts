import type { Clock } from "@weft/core";
import type { Entry } from "../store/entry.js";
import { entrySize } from "../store/entry-size.js";
import { matches, type Page, type Query } from "../store/query.js";
import type { StoreStats } from "../store/stats.js";
import type { Store } from "../store/store.js";
import type { StoredValue } from "../store/stored-value.js";
import type { SetOptions, SetOutcome } from "../store/write.js";
import { ExpiryHeap } from "./expiry-heap.js";
import { pageOf } from "./page.js";
import { RecencyList } from "./recency-list.js";
import { reclaimAll } from "./reclaim-all.js";

export interface MemoryStoreOptions {
  /** Most entries to hold, 1 to `largestCapacity`. Nothing is reserved for entries that are not there. */
  readonly capacity: number;
  /** How long an entry lives whose writer does not say. Absent: for ever. */
  readonly defaultTtlMs?: number;
  /** `now()` decides what has expired. */
  readonly clock: Clock;
}

/** A store whose answers are there at once. */
export interface MemoryStore extends Store {
  set(key: string, value: StoredValue, options?: SetOptions): SetOutcome;
  get(key: string): Entry | undefined;
  has(key: string): boolean;
  remove(key: string, ifVersion?: number): boolean;
  clear(): number;
  list(query: Query): Page<Entry>;
  stats(): StoreStats;
  /** The time on the clock that decides what has expired. */
  now(): number;
  /** Removes up to `limit` entries that had expired by `nowMs` and answers how many. */
  reclaim(nowMs: number, limit: number): number;
}

/**
 * Half of what a V8 Map holds (2^24). Above, replacing entries in a full Map ends in "Map maximum size exceeded": its
 * deleted places count until they are half of the table, and only then are they reused. More needs several Maps.
 */
export const largestCapacity = 2 ** 23;

// The first columns take a few kilobytes; they double from there.
const firstSlots = 256;

/** An empty store in memory. Throws for a capacity out of range. */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
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

  const notBuilt = () => {
    throw new Error("not built");
  };
  const store: MemoryStore = {
    set(key, value, { ttl = "default" } = {}) {
      const ttlMs = ttl === "default" ? defaultTtlMs : ttl === "none" ? Number.POSITIVE_INFINITY : Number(ttl);
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
      const entry: Entry = { key, value, version, size: entrySize(key, value) };
      entries[slot] = entry;
      bytesUsed += entry.size;
      expiry.set(slot, nowMs + ttlMs);
      totalSets += 1;
      return { stored: true, version };
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

    stats: () => ({
      size: slotOf.size,
      capacity,
      totalGets,
      totalHits,
      totalMisses: totalGets - totalHits,
      totalSets,
      totalRemoves,
      removals: { remove: totalRemoves, evict: 0, expire: 0, clear: 0, overwrite: 0 },
      refusals: 0,
      bytesUsed,
      bytesLimit: 0,
      sequence: 0,
      hotKeys: [],
      largestKeys: [],
    }),
    cleanup: () => reclaimAll(store),
    increment: notBuilt,
    ttl: notBuilt,
    changeTtl: notBuilt,
    removeMatching: notBuilt,
    lease: notBuilt,
    release: notBuilt,
    watch: notBuilt,
  };
  return store;
}
