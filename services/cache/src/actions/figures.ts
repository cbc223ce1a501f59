import type { StoreStats } from "../store/stats.js";
import { decimal, list, object, type Schema, text, whole } from "./schema.js";

/** Those that every answer has. */
export const plainFigures: Readonly<Record<string, Schema>> = {
  size: whole("Entries, expired ones included until they are removed"),
  capacity: whole("Most entries that the namespace holds"),
  hit_rate: decimal("Percent: 100 * total_hits / total_gets, 0 when there were no gets"),
  memory_usage: whole("An estimate in bytes: 200 + 220 * size + 8 * capacity"),
  total_gets: whole("Keys that get, exists and lease asked for"),
  total_hits: whole("Those that had an entry"),
  total_sets: whole("Values that set and increment stored"),
  total_removes: whole("Entries that remove removed"),
};
/** Those that come with details. */
export const moreFigures: Readonly<Record<string, Schema>> = {
  total_misses: whole("Gets that found no entry"),
  removals: object("Entries that went, by cause", {
    removed: whole("By remove, remove_many or remove_matching"),
    evicted: whole("To make room"),
    expired: whole("When their time was over"),
    cleared: whole("By clear"),
    overwritten: whole("For another value"),
  }),
  refusals: whole("Writes that found no room"),
  bytes_used: whole("What keys, values and their entries take"),
  bytes_limit: whole("Most bytes that entries may take; 0: no limit"),
  sequence: whole("Of the last change; changes are counted from 1"),
  hot_keys: list(
    "The keys that are read most, most first; estimated from a sample",
    object("One key", { key: text("The key"), gets: whole("How often, about") }),
  ),
  largest_keys: list(
    "The keys whose entries take most bytes, most first",
    object("One key", { key: text("The key"), bytes: whole("What its entry takes") }),
  ),
  actions: { type: "object", description: "Calls of each action", additionalProperties: { type: "integer" } },
};

export function hitRateOf({ totalGets, totalHits }: Pick<StoreStats, "totalGets" | "totalHits">): number {
  return totalGets === 0 ? 0 : (100 * totalHits) / totalGets;
}

/** The estimate that the first cache of this contract gave, for whoever compares with it; real bytes are `bytesUsed`. */
export function memoryUsageOf({ size, capacity }: Pick<StoreStats, "size" | "capacity">): number {
  return 200 + 220 * size + 8 * capacity;
}
