import type { Clock, Logger } from "@weft/core";
import { EntryTable } from "./entry-table.js";
import { type PolicyName, policies } from "./policies/policies.js";

export interface MemoryStoreOptions {
  /** Most entries to hold, 1 to `largestCapacity`. Nothing is reserved for entries that are not there. */
  readonly capacity: number;
  /** Most bytes of keys, values and overhead together. Defaults to no limit. */
  readonly maxBytes?: number;
  /** Most bytes of one entry, accounted the same way. Defaults to `maxBytes`. */
  readonly maxEntryBytes?: number;
  /** Most bytes of a key. Defaults to no limit. */
  readonly maxKeyBytes?: number;
  /** Who goes when there is no room: an entry that the policy chooses, or nobody, so that writes are refused. */
  readonly eviction?: PolicyName | "none";
  /** Which entries may go so: all, or those alone that expire one day. Defaults to all. */
  readonly evictable?: "all" | "expiring";
  /** How long an entry lives whose writer does not say. Absent: for ever. */
  readonly defaultTtlMs?: number;
  /** Named in errors, events and log lines. Defaults to the empty name. */
  readonly namespace?: string;
  /** `now()` decides what has expired. */
  readonly clock: Clock;
  /** Draws tokens of leases. Defaults to `Math.random`. */
  readonly random?: () => number;
  /** Hears when 90 % of a limit are used. */
  readonly logger?: Logger;
}

/** Places in columns and maps have 32 bits, and JavaScript's arrays of objects end at some 2^27. */
export const largestCapacity = 2 ** 26;

/** An empty table. Throws for a capacity out of range. */
export function createTable(options: MemoryStoreOptions): EntryTable {
  const { capacity, maxBytes = Number.POSITIVE_INFINITY, maxEntryBytes = maxBytes, eviction = "lru" } = options;
  const { maxKeyBytes = Number.POSITIVE_INFINITY, evictable = "all", namespace = "", clock, logger } = options;
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > largestCapacity)
    throw new RangeError(`capacity must be a whole number from 1 to ${largestCapacity}, got ${capacity}`);
  return new EntryTable({
    namespace,
    capacity,
    maxBytes,
    maxEntryBytes: Math.min(maxEntryBytes, maxBytes),
    maxKeyBytes,
    createPolicy: policies[eviction === "none" ? "lru" : eviction],
    evicts: eviction !== "none",
    sparesLasting: evictable === "expiring",
    clock,
    logger,
  });
}
