import { whenReady } from "../store/awaitable.js";
import type { StoreStats } from "../store/stats.js";
import { defineAction } from "./action.js";

export const stats = defineAction({
  name: "stats",
  summary: "Size, hit rate in percent, and counters since start",
  idempotent: true,
  fields: {},
  run: (store) =>
    whenReady(store.stats(), (counted) => ({
      ...counted,
      hitRate: hitRateOf(counted),
      memoryUsage: memoryUsageOf(counted),
    })),
  reply: (outcome) => ({
    success: true,
    stats: {
      size: outcome.size,
      capacity: outcome.capacity,
      hit_rate: outcome.hitRate,
      memory_usage: outcome.memoryUsage,
      total_gets: outcome.totalGets,
      total_hits: outcome.totalHits,
      total_sets: outcome.totalSets,
      total_removes: outcome.totalRemoves,
    },
  }),
});

function hitRateOf({ totalGets, totalHits }: StoreStats): number {
  return totalGets === 0 ? 0 : (100 * totalHits) / totalGets;
}

/** The estimate that the first cache of this contract gave, for whoever compares with it; real bytes are `bytesUsed`. */
function memoryUsageOf({ size, capacity }: StoreStats): number {
  return 200 + 220 * size + 8 * capacity;
}
