import type { Namespace } from "../namespaces/namespaces.js";
import type { StoreStats } from "../store/stats.js";
import { defineAction } from "./action.js";
import { optionalFlag } from "./field.js";
import { decimal, list, object, type Schema, success, text, whole } from "./schema.js";

/** The figures of one namespace. */
export interface Figures extends StoreStats {
  readonly namespace: string;
  readonly hitRate: number;
  readonly memoryUsage: number;
  readonly calls: Readonly<Record<string, number>>;
}

const plainFigures: Readonly<Record<string, Schema>> = {
  size: whole("Entries, expired ones included until they are removed"),
  capacity: whole("Most entries that the namespace holds"),
  hit_rate: decimal("Percent: 100 * total_hits / total_gets, 0 when there were no gets"),
  memory_usage: whole("An estimate in bytes: 200 + 220 * size + 8 * capacity"),
  total_gets: whole("Keys that get, exists and lease asked for"),
  total_hits: whole("Those that had an entry"),
  total_sets: whole("Values that set and increment stored"),
  total_removes: whole("Entries that remove removed"),
};
const moreFigures: Readonly<Record<string, Schema>> = {
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

export const stats = defineAction({
  name: "stats",
  summary: "Size, hit rate in percent, and counters since start",
  idempotent: true,
  complexity: "O(1)",
  fields: {
    details: optionalFlag("More figures: causes, bytes, calls by action, hot and large keys"),
    all_namespaces: optionalFlag("The figures of every namespace too"),
  },
  output: {
    success,
    stats: object("The figures", { ...plainFigures, ...moreFigures }),
    namespaces: list(
      "All namespaces, if they were asked for",
      object("One namespace", { namespace: text("Its name; empty: the default one"), stats: object("As above", {}) }),
    ),
  },
  examples: [
    {
      title: "half of the gets were hits",
      given: [
        ["set", { key: "a", value: 1 }],
        ["get", { key: "a" }],
        ["get", { key: "b" }],
      ],
      input: {},
      output: {
        success: true,
        stats: {
          size: 1,
          capacity: 1_000,
          hit_rate: 50,
          memory_usage: 8_420,
          total_gets: 2,
          total_hits: 1,
          total_sets: 1,
          total_removes: 0,
        },
      },
    },
  ],
  async run(namespace, { details, all_namespaces: isAll }) {
    const own = await figuresOf(namespace);
    const all = isAll ? await Promise.all(namespace.all.map(figuresOf)) : [];
    return { own, all, isAll, details };
  },
  reply: ({ own, all, isAll, details }) => ({
    success: true,
    stats: plainStats(own, details),
    ...(isAll && {
      namespaces: all.map((each) => ({ namespace: each.namespace, stats: plainStats(each, details) })),
    }),
  }),
});

async function figuresOf({ name, store, calls }: Namespace): Promise<Figures> {
  const counted = await store.stats();
  return { ...counted, namespace: name, hitRate: hitRateOf(counted), memoryUsage: memoryUsageOf(counted), calls };
}

function plainStats(figures: Figures, details: boolean): Record<string, unknown> {
  const plain = {
    size: figures.size,
    capacity: figures.capacity,
    hit_rate: figures.hitRate,
    memory_usage: figures.memoryUsage,
    total_gets: figures.totalGets,
    total_hits: figures.totalHits,
    total_sets: figures.totalSets,
    total_removes: figures.totalRemoves,
  };
  if (!details) return plain;
  const { remove, evict, expire, clear, overwrite } = figures.removals;
  return {
    ...plain,
    total_misses: figures.totalMisses,
    removals: { removed: remove, evicted: evict, expired: expire, cleared: clear, overwritten: overwrite },
    refusals: figures.refusals,
    bytes_used: figures.bytesUsed,
    bytes_limit: figures.bytesLimit,
    sequence: figures.sequence,
    hot_keys: figures.hotKeys,
    largest_keys: figures.largestKeys,
    actions: { ...figures.calls },
  };
}

function hitRateOf({ totalGets, totalHits }: StoreStats): number {
  return totalGets === 0 ? 0 : (100 * totalHits) / totalGets;
}

/** The estimate that the first cache of this contract gave, for whoever compares with it; real bytes are `bytesUsed`. */
function memoryUsageOf({ size, capacity }: StoreStats): number {
  return 200 + 220 * size + 8 * capacity;
}
