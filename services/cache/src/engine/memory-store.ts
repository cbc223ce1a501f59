import { createLeaseWaits } from "../leases/lease-waits.js";
import type { Awaitable } from "../store/awaitable.js";
import type { Entry, SavedEntry } from "../store/entry.js";
import type { Lease, LeaseOptions } from "../store/lease.js";
import type { StoreStats } from "../store/stats.js";
import type { Store } from "../store/store.js";
import type { StoredValue } from "../store/stored-value.js";
import type { Incremented, IncrementOptions, SetOptions, SetOutcome, TtlChange, TtlOutcome } from "../store/write.js";
import type { EntryTable } from "./entry-table.js";
import { deadlineFrom, type Extras } from "./extras.js";
import { HotKeys, sampled } from "./hot-keys.js";
import { inSlices } from "./in-slices.js";
import { integerOf, sumOf } from "./integer.js";
import { LargestKeys, smallEntry } from "./largest-keys.js";
import { Leases } from "./leases.js";
import { createLifeSpans, extrasOf, isPlain } from "./life-spans.js";
import { listEntries } from "./list-entries.js";
import { createTable, type MemoryStoreOptions } from "./memory-store-options.js";
import { removeByPrefix, removeByTag } from "./remove-matching.js";
import { restore } from "./restore.js";
import type { Saving } from "./saving.js";

/** A store whose answers are there at once, but for work that comes in slices. */
export interface MemoryStore extends Store {
  set(key: string, value: StoredValue, options?: SetOptions): SetOutcome;
  get(key: string): Entry | undefined;
  value(key: string): StoredValue | undefined;
  has(key: string): boolean;
  remove(key: string, ifVersion?: number): boolean;
  clear(): number;
  stats(): StoreStats;
  increment(key: string, by: bigint, options?: IncrementOptions): Incremented;
  ttl(key: string): TtlOutcome | undefined;
  changeTtl(key: string, change: TtlChange): TtlOutcome | undefined;
  lease(key: string, options: LeaseOptions & { readonly wait?: never }): Lease;
  lease(key: string, options: LeaseOptions): Awaitable<Lease>;
  release(key: string, token: string): boolean;
  /**
   * All entries as they are now, however slowly they are read, those that would be evicted first at the front: written back
   * by `restore` in this order, the next eviction is the same. Must be read to the end or ended; another one ends it.
   */
  saved(): Saving;
  /** Writes an entry as it was saved, unless it has expired. Counts nothing. Throws what `set` throws. */
  restore(entry: SavedEntry): void;
}

const usual: SetOptions = {};

/** An empty store in memory. Throws for a capacity out of range. */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  const { capacity, maxBytes = Number.POSITIVE_INFINITY, clock, random = Math.random } = options;
  const { defaultTtlMs = Number.POSITIVE_INFINITY } = options;
  const table = createTable(options);
  const lives = createLifeSpans(table, { clock, defaultTtlMs });
  const waits = createLeaseWaits({ clock });
  const leases = new Leases(random, waits);
  const hotKeys = new HotKeys();
  const largestKeys = new LargestKeys();
  const now = () => clock.now();
  let totalGets = 0;
  let totalHits = 0;
  let totalSets = 0;
  let totalRemoves = 0;

  /** Counts a get. */
  function find(key: string): number {
    if ((++totalGets & (sampled - 1)) === 0) hotKeys.see(key);
    const slot = table.find(key);
    if (slot !== 0) totalHits += 1;
    return slot;
  }

  function write(key: string, value: StoredValue, deadlineMs: number, extras: Extras | undefined): number {
    const slot = table.write(key, value, deadlineMs, extras);
    leases.end(key);
    totalSets += 1;
    const { version } = table;
    if (key.length + value.held.length > smallEntry) largestKeys.see(key, version, table.sizeAt(slot));
    return version;
  }

  /** What stands in the way of a conditional write. */
  function obstacle(key: string, { condition, leaseToken }: SetOptions): SetOutcome | undefined {
    const slot = table.find(key);
    const version = slot === 0 ? 0 : table.versionAt(slot);
    if (leaseToken !== undefined && !leases.holds(key, leaseToken, now()))
      return { stored: false, reason: "lease", version };
    if (condition === undefined) return undefined;
    if (condition === "absent") return slot === 0 ? undefined : { stored: false, reason: "present", version };
    if (slot === 0) return { stored: false, reason: "absent", version };
    if (condition === "present" || condition.version === version) return undefined;
    return { stored: false, reason: "version", version };
  }

  function lease(key: string, leaseMs: number): Lease {
    const slot = find(key);
    if (slot !== 0) {
      table.touch(slot);
      return { state: "hit", entry: table.entryAt(slot) };
    }
    const hidden = table.findHidden(key);
    if (hidden !== 0 && table.extrasAt(hidden)?.isAbsent === true) return { state: "hit" };
    const stale = hidden === 0 ? undefined : { stale: table.entryAt(hidden) };
    const leftMs = leases.leftMs(key, now());
    if (leftMs > 0) return { state: "taken", leftMs, ...stale };
    table.checkKey(key);
    return { state: "granted", token: leases.grant(key, now() + leaseMs), ...stale };
  }

  function release(key: string, token: string): boolean {
    const isHeld = leases.holds(key, token, now());
    if (isHeld) leases.end(key);
    return isHeld;
  }

  /** What few writes say more. */
  function setOnTerms(key: string, value: StoredValue, options: SetOptions): SetOutcome {
    if (options.condition !== undefined || options.leaseToken !== undefined) {
      const inTheWay = obstacle(key, options);
      if (inTheWay !== undefined) return inTheWay;
    }
    const limitMs = lives.limitOf(key, options.ttl);
    const extras = extrasOf(options, limitMs);
    const deadlineMs = extras === undefined ? limitMs : deadlineFrom(extras, now());
    return { stored: true, version: write(key, value, deadlineMs, extras) };
  }

  return {
    set(key, value, options = usual) {
      if (!isPlain(options)) return setOnTerms(key, value, options);
      return { stored: true, version: write(key, value, lives.limitOf(key, options.ttl), undefined) };
    },

    get(key) {
      if ((++totalGets & (sampled - 1)) === 0) hotKeys.see(key);
      const entry = table.use(key);
      if (entry !== undefined) totalHits += 1;
      return entry;
    },

    value(key) {
      if ((++totalGets & (sampled - 1)) === 0) hotKeys.see(key);
      const value = table.useValue(key);
      if (value !== undefined) totalHits += 1;
      return value;
    },

    has: (key) => find(key) !== 0,

    remove(key, ifVersion) {
      const slot = table.find(key);
      if (ifVersion !== undefined && (slot === 0 || table.versionAt(slot) !== ifVersion)) return false;
      leases.end(key);
      const hidden = slot === 0 ? table.findHidden(key) : 0;
      if (hidden !== 0) table.drop(hidden, "remove"); // what was known of the key before is no longer
      if (slot === 0) return false;
      table.drop(slot, "remove");
      totalRemoves += 1;
      return true;
    },

    clear() {
      leases.endAll();
      return table.clear();
    },

    cleanup() {
      let count = 0;
      return inSlices((slice) => {
        count += table.reclaim(slice);
        return table.hasDue ? undefined : count;
      });
    },

    list: (query) => listEntries(table, query),

    stats: () => ({
      size: table.size,
      capacity,
      totalGets,
      totalHits,
      totalMisses: totalGets - totalHits,
      totalSets,
      totalRemoves,
      removals: table.removals,
      refusals: table.refusals,
      bytesUsed: table.bytes,
      bytesLimit: maxBytes === Number.POSITIVE_INFINITY ? 0 : maxBytes,
      sequence: table.changes.sequence,
      hotKeys: hotKeys.top(),
      largestKeys: largestKeys.top((key) => versionOf(table, key)),
    }),

    increment(key, by, { initial = 0n, ttl = "default" } = {}) {
      const slot = table.find(key);
      const value = sumOf(key, slot === 0 ? initial : integerOf(key, table.valueAt(slot)), by);
      const held = { kind: "json", held: value.toString(), contentType: "" } as const;
      if (slot === 0) return { value, version: write(key, held, lives.limitOf(key, ttl), undefined) };
      const extras = table.extrasAt(slot);
      return { value, version: write(key, held, table.deadlineAt(slot), extras) };
    },

    ttl(key) {
      const slot = table.peek(key);
      return slot === 0 ? undefined : lives.leftAt(slot);
    },

    changeTtl(key, change) {
      const slot = table.find(key);
      return slot === 0 ? undefined : lives.change(slot, change);
    },

    removeMatching(what) {
      const onRemove = (key: string) => {
        leases.end(key);
        totalRemoves += 1;
      };
      return "tag" in what ? removeByTag(table, what.tag, onRemove) : removeByPrefix(table, what.prefix, onRemove);
    },

    lease: ((key: string, { leaseMs, wait }: LeaseOptions): Awaitable<Lease> => {
      const ask = () => lease(key, leaseMs);
      return wait === undefined ? ask() : waits.lease(key, wait, { ask, release: (token) => release(key, token) });
    }) as MemoryStore["lease"],

    release,

    watch: (listener) => table.changes.watch(listener),

    saved: () => table.save(),

    restore: (entry) => restore(table, clock, entry),
  };
}

function versionOf(table: EntryTable, key: string): number | undefined {
  const slot = table.peek(key);
  return slot === 0 ? undefined : table.versionAt(slot);
}
