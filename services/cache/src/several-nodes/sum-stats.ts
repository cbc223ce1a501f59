import { hitRateOf, memoryUsageOf, plainFigures } from "../actions/figures.js";
import { type Across, present, type Reply } from "./across.js";

type Figures = Readonly<Record<string, unknown>>;

const told = 10;

/** The figures of all nodes as those of one, and beside them those of each. */
export const sumStats: Across = async (raw, nodes) => {
  const answers = present(nodes, await nodes.ask(() => ({ ...raw, details: true })));
  const shown = (figures: Figures) => (raw.details === true ? figures : plain(figures));
  const stats = sum(answers.map(({ reply }) => statsIn(reply)));
  const namespaces = answers.flatMap(({ reply }) => (reply.namespaces ?? []) as readonly Reply[]);
  return {
    success: true,
    stats: shown(stats),
    ...(raw.all_namespaces === true && { namespaces: byNamespace(namespaces, shown) }),
    nodes: answers.map(({ node, reply }) => ({ node, stats: shown(statsIn(reply)) })),
  };
};

const statsIn = (reply: Reply) => reply.stats as Figures;

function byNamespace(all: readonly Reply[], shown: (figures: Figures) => Figures): readonly Reply[] {
  const names = new Set(all.map(({ namespace }) => namespace));
  return [...names].map((namespace) => {
    const own = all.filter((each) => each.namespace === namespace).map(statsIn);
    return { namespace, stats: shown(sum(own)) };
  });
}

function plain(figures: Figures): Figures {
  return Object.fromEntries(Object.keys(plainFigures).map((name) => [name, figures[name]]));
}

function sum(all: readonly Figures[]): Figures {
  const added: Record<string, unknown> = {};
  for (const [name, first] of Object.entries(all[0] ?? {}))
    if (!Array.isArray(first)) added[name] = addUp(all.map((figures) => figures[name]));
  const [size, capacity] = [added.size as number, added.capacity as number];
  const [totalGets, totalHits] = [added.total_gets as number, added.total_hits as number];
  return {
    ...added,
    hit_rate: hitRateOf({ totalGets, totalHits }),
    memory_usage: memoryUsageOf({ size, capacity }),
    // One node without a limit makes a whole without one.
    bytes_limit: all.some(({ bytes_limit }) => bytes_limit === 0) ? 0 : added.bytes_limit,
    hot_keys: mostOf(all, "hot_keys", "gets"),
    largest_keys: mostOf(all, "largest_keys", "bytes"),
  };
}

/** Numbers as their sum; objects of numbers name by name. */
function addUp(values: readonly unknown[]): unknown {
  if (typeof values[0] === "number") return (values as readonly number[]).reduce((total, value) => total + value, 0);
  const sums: Record<string, number> = {};
  for (const each of values as readonly Record<string, number>[])
    for (const [name, value] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}

/** The longest lists of keys as one, most first. A key that moved may have been counted on two nodes. */
function mostOf(all: readonly Figures[], list: string, by: "gets" | "bytes"): readonly Reply[] {
  const sums = new Map<string, number>();
  for (const figures of all)
    for (const { key, [by]: count } of figures[list] as readonly { key: string; gets: number; bytes: number }[])
      sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, told)
    .map(([key, count]) => ({ key, [by]: count }));
}
