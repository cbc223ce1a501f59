import { request } from "../engine/mesh.js";
import type { Subject } from "../fresh-process.js";
import { config, functionSet, meshOf } from "./mesh.js";

export interface PickOptions {
  readonly mode: string;
  readonly nodes: number;
  /** Every two picks have a list of their own, as after a change, so that nothing is left of the picks before. */
  readonly isRebuilding: boolean;
}

// So many that no list of the keys stays in a cache of the processor for nothing.
const keys = 1_024;

/** Picks for calls with different keys, of nodes that are all well. */
export async function prepare({ mode, nodes, isRebuilding }: PickOptions): Promise<Subject> {
  const bench = config({ service: "bench", function: "find", chooseNode: { mode, key: keyOf(mode) } });
  const mesh = await meshOf({ sets: new Map([["bench", functionSet([bench])]]), nodesOfEach: nodes });
  const target = mesh.catalogue.find("bench", "find", "");
  if (target === undefined || target === "disabled") throw new Error("the catalogue has no bench.find");
  const { candidates, variant } = target;
  const callsOf = (length: number) =>
    Array.from({ length }, (_, i) => Object.assign(mesh.newCall(request()), { target, args: { id: `key-${i}` } }));
  const calls = callsOf(keys);
  const call = (i: number) => calls[i % keys] as (typeof calls)[number];
  return {
    prove() {
      if (candidates.length !== nodes) throw new Error(`${candidates.length} candidates instead of ${nodes}`);
      const picked = new Set(calls.map((each) => variant.selector.pick(each, candidates)));
      if (picked.size < Math.min(nodes, 2)) throw new Error("all calls go to one node");
    },
    batch(times) {
      let idLengths = 0;
      for (let left = times; left > 0; left--) {
        const list = isRebuilding ? candidates.slice() : candidates;
        if (isRebuilding) variant.selector.pick(call(left + 1), list); // what is worth it with the second pick only counts
        idLengths += variant.selector.pick(call(left), list).idHash === 0 ? 0 : 1;
      }
      if (idLengths === 0) throw new Error("nothing was picked");
    },
    ...(mode === "hash" && !isRebuilding && { figures: () => ({ moved: moved() }) }),
    end: () => mesh.close(),
  };

  /** Per cent of the keys that go elsewhere when a node leaves; no others but those that were at that node. */
  function moved(): number {
    const [leaving, ...others] = candidates;
    const count = Math.max(20_000, nodes * 20);
    const movable = Object.assign(mesh.newCall(request()), { target });
    let changed = 0;
    for (let i = 0; i < count; i++) {
      movable.args = { id: `key-${i}` };
      const before = variant.selector.pick(movable, candidates);
      if (variant.selector.pick(movable, others) === before) continue;
      if (before !== leaving) throw new Error(`${movable.args.id} left ${before.id}, which stays`);
      changed++;
    }
    return (changed / count) * 100;
  }
}

function keyOf(mode: string): string {
  return mode === "hash" || mode === "sticky" ? "id" : "";
}
