import { request } from "../engine/mesh.js";
import type { Subject } from "../fresh-process.js";
import { config, functionSet, meshOf } from "./mesh.js";

export interface PickOptions {
  readonly mode: string;
  readonly nodes: number;
  /** Each pick has a list of its own, as after a change, so that nothing is left of the pick before. */
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
        idLengths += variant.selector.pick(call(left), list).idHash === 0 ? 0 : 1;
      }
      if (idLengths === 0) throw new Error("nothing was picked");
    },
    // Of 10,000 nodes each would have two keys: too few to say anything.
    ...(mode === "hash" && nodes <= 1_000 && { figures: () => ({ moved: moved() }) }),
    end: () => mesh.close(),
  };

  /** Per cent of the keys that go elsewhere when a node leaves. */
  function moved(): number {
    const fewer = candidates.slice(1);
    const movable = callsOf(20_000);
    const changed = movable.filter(
      (each) => variant.selector.pick(each, candidates) !== variant.selector.pick(each, fewer),
    );
    return (changed.length / movable.length) * 100;
  }
}

function keyOf(mode: string): string {
  return mode === "hash" || mode === "sticky" ? "id" : "";
}
