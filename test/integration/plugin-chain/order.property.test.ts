import { expect, test } from "@jest/globals";
import { ChainError, type Plugin, planChain } from "@weft/plugin-chain";
import fc from "fast-check";

const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
const someNames = fc.subarray(names, { maxLength: 2 });

/** Any plugins with any constraints: cycles and missing plugins included. */
const graphs = fc.tuple(...names.map((name) => pluginNamed(name))).chain((plugins) =>
  fc.record({
    listed: fc.shuffledSubarray(plugins, { minLength: 1 }),
    catalogue: fc.subarray(plugins),
  }),
);

function pluginNamed(name: string): fc.Arbitrary<Plugin> {
  // Few constraints each, or nearly every graph would be a cycle.
  const seldom = (list: fc.Arbitrary<string[]>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: list });
  return fc.record({
    name: fc.constant(name),
    deps: seldom(someNames),
    optional: seldom(someNames),
    before: seldom(someNames),
    after: seldom(someNames),
    group: fc.constantFrom("g", "h", `alone-${name}`),
  });
}

interface Graph {
  readonly listed: readonly Plugin[];
  readonly catalogue: readonly Plugin[];
}

/** Who takes part, by rank, and what must stand above what, worked out the slow and obvious way; undefined if a plugin is missing. */
function ruleBook({ listed, catalogue }: Graph): { members: Set<string>; above: [string, string][] } | undefined {
  const known = new Map([...catalogue, ...listed].map((plugin) => [plugin.name, plugin]));
  const members = new Set<string>();
  const startOrder: string[] = [];
  let isMissing = false;
  const listedNames = listed.map(({ name }) => name);
  function visit(name: string, order: string[]): void {
    const plugin = known.get(name);
    if (plugin === undefined) {
      isMissing = true;
      return;
    }
    if (members.has(name)) return;
    members.add(name);
    for (const dep of plugin.deps ?? []) visit(dep, order);
    for (const dep of plugin.optional ?? []) if (known.has(dep)) visit(dep, order);
    if (!listedNames.includes(name)) order.push(name);
  }
  for (const name of listedNames) {
    const broughtIn: string[] = [];
    visit(name, broughtIn);
    startOrder.push(...broughtIn, name);
  }
  if (isMissing) return undefined;

  const above: [string, string][] = [];
  for (const name of members) {
    const { deps = [], optional = [], before = [], after = [] } = known.get(name) as Plugin;
    for (const other of [...deps, ...optional, ...before]) above.push([name, other]);
    for (const other of after) above.push([other, name]);
  }
  for (const group of ["g", "h"]) {
    const inGroup = startOrder.filter((name) => known.get(name)?.group === group);
    for (let i = 1; i < inGroup.length; i++) above.push([inGroup[i] as string, inGroup[i - 1] as string]);
  }
  return { members, above: above.filter(([x, y]) => members.has(x) && members.has(y)) };
}

const plan = ({ listed, catalogue }: Graph) =>
  planChain({ service: { name: "S" }, plugins: listed, catalogue }).map(({ name }) => name);

function planOrProblems(graph: Graph): { chain?: string[]; codes?: string[]; error?: ChainError } {
  try {
    return { chain: plan(graph) };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { codes: error.problems.map(({ code }) => code), error };
  }
}

test("a chain holds exactly the members, once, and keeps every constraint", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { chain } = planOrProblems(graph);
      if (chain === undefined) return;

      const rules = ruleBook(graph);
      expect(new Set(chain)).toEqual(new Set(["S", ...(rules?.members ?? []), "base"]));
      expect(chain).toHaveLength((rules?.members.size ?? 0) + 2);
      for (const [x, y] of rules?.above ?? [])
        expect([x, y, chain.indexOf(x) < chain.indexOf(y)]).toEqual([x, y, true]);
    }),
    { numRuns: 500 },
  );
});

test("a plan fails exactly if a plugin is missing or the constraints form a cycle, whose path is real", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { codes = [], error } = planOrProblems(graph);
      const rules = ruleBook(graph);

      expect(codes.includes("MISSING_PLUGIN")).toBe(rules === undefined);
      if (rules === undefined) return;
      expect(codes.includes("PLUGIN_CYCLE")).toBe(hasCycle(rules.members, rules.above));
      const path = error?.problems.find(({ code }) => code === "PLUGIN_CYCLE")?.plugins ?? [];
      for (let i = 1; i < path.length; i++) {
        expect(rules.above).toContainEqual([path[i - 1], path[i]]);
      }
      expect(path[0]).toBe(path.at(-1));
    }),
    { numRuns: 500 },
  );
});

test("what no constraint orders stands in the order in which the list first brings it in", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { chain = [] } = planOrProblems(graph);
      const { above = [], members = [] } = ruleBook(graph) ?? {};
      const rank = new Map([...members].map((name, index) => [name, index]));

      // Of two neighbours in the wrong order, the upper one must have kept the lower one waiting.
      for (let i = 1; i < chain.length; i++) {
        const [upper, lower] = [chain[i - 1] as string, chain[i] as string];
        const isInverted = (rank.get(upper) ?? -1) > (rank.get(lower) ?? Number.POSITIVE_INFINITY);
        if (isInverted) expect(above).toContainEqual([upper, lower]);
      }
    }),
    { numRuns: 500 },
  );
});

test("the chain depends neither on the order of the catalogue nor on whether plugins are listed by name", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { chain } = planOrProblems(graph);
      if (chain === undefined) return;
      const catalogue = [...graph.catalogue, ...graph.listed.filter((plugin) => !graph.catalogue.includes(plugin))];

      const named = planChain({
        service: { name: "S" },
        plugins: graph.listed.map(({ name }) => name),
        catalogue: catalogue.toReversed(),
      });

      expect(named.map(({ name }) => name)).toEqual(chain);
    }),
    { numRuns: 500 },
  );
});

function hasCycle(members: ReadonlySet<string>, above: readonly [string, string][]): boolean {
  const left = new Set(members);
  for (;;) {
    const free = [...left].find((name) => !above.some(([x, y]) => y === name && left.has(x)));
    if (free === undefined) return left.size > 0;
    left.delete(free);
  }
}
