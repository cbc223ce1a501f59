import type { Namespace } from "../namespaces/namespaces.js";
import { sumStats } from "../several-nodes/sum-stats.js";
import type { StoreStats } from "../store/stats.js";
import { defineAction } from "./action.js";
import { optionalFlag } from "./field.js";
import { hitRateOf, memoryUsageOf, moreFigures, plainFigures } from "./figures.js";
import { list, object, success, text } from "./schema.js";

/** The figures of one namespace. */
export interface Figures extends StoreStats {
  readonly namespace: string;
  readonly hitRate: number;
  readonly memoryUsage: number;
  readonly calls: Readonly<Record<string, number>>;
}

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
    nodes: list(
      "Where several nodes have some of the entries each: those of each that answered",
      object("One node", { node: text("Its id"), stats: object("As above", {}) }),
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
  across: sumStats,
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
