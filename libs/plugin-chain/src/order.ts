import type { Callbacks } from "./callback.js";
import type { ChainProblem } from "./chain-error.js";
import type { Plugin } from "./plugin.js";

/** Callbacks reach `above` before `below`. */
export interface Edge {
  readonly above: string;
  readonly below: string;
  readonly why: string;
}

interface Order<C extends Callbacks> {
  readonly chain: readonly Plugin<C>[];
  readonly edges: readonly Edge[];
  readonly cycle: ChainProblem | undefined;
}

/** A total order from the top down that keeps every constraint, or the cycle that forbids one. `members` come by rank. */
export function orderPlugins<C extends Callbacks>(
  members: readonly Plugin<C>[],
  startOrder: readonly string[],
): Order<C> {
  const names = new Set(members.map(({ name }) => name));
  const edges = [...constraints(members), ...groupOrder(members, startOrder)].filter(
    ({ above, below }) => names.has(above) && names.has(below),
  );
  const chain: Plugin<C>[] = [];
  const placed = new Set<string>();
  const waiting = [...members];
  const blocker = (name: string) => edges.find(({ above, below }) => below === name && !placed.has(above));

  while (waiting.length > 0) {
    const free = waiting.findIndex(({ name }) => blocker(name) === undefined);
    const [plugin] = free === -1 ? [] : waiting.splice(free, 1);
    if (plugin === undefined) return { chain, edges, cycle: findCycle(waiting[0]?.name ?? "", blocker) };
    chain.push(plugin);
    placed.add(plugin.name);
  }
  return { chain, edges, cycle: undefined };
}

function* constraints(members: readonly Plugin<Callbacks>[]): Generator<Edge> {
  for (const { name, deps = [], optional = [], before = [], after = [] } of members) {
    for (const dep of deps) yield { above: name, below: dep, why: `"${name}" needs "${dep}"` };
    for (const dep of optional) yield { above: name, below: dep, why: `"${name}" uses "${dep}"` };
    for (const other of before) yield { above: name, below: other, why: `"${name}" goes before "${other}"` };
    for (const other of after) yield { above: other, below: name, why: `"${name}" goes after "${other}"` };
  }
}

function* groupOrder(members: readonly Plugin<Callbacks>[], startOrder: readonly string[]): Generator<Edge> {
  const groupOf = new Map(members.map(({ name, group }) => [name, group]));
  const lastOf = new Map<string, string>();
  for (const above of startOrder) {
    const group = groupOf.get(above);
    if (group === undefined) continue;
    const below = lastOf.get(group);
    if (below !== undefined) yield { above, below, why: `"${above}" follows "${below}" in group "${group}"` };
    lastOf.set(group, above);
  }
}

/** Walks upwards from a plugin that cannot be placed; above it there is always another, so the walk meets itself. */
function findCycle(start: string, blocker: (name: string) => Edge | undefined): ChainProblem {
  const path: Edge[] = [];
  const seenAt = new Map<string, number>();
  let name = start;
  while (!seenAt.has(name)) {
    seenAt.set(name, path.length);
    const edge = blocker(name);
    if (edge === undefined) throw new Error(`"${name}" waits for nothing`);
    path.push(edge);
    name = edge.above;
  }
  const cycle = path.slice(seenAt.get(name)).reverse();
  const plugins = [name, ...cycle.map(({ below }) => below)];
  const message = `plugins form a cycle: ${plugins.join(" -> ")} (${cycle.map(({ why }) => why).join("; ")})`;
  return { code: "PLUGIN_CYCLE", plugins, message };
}
