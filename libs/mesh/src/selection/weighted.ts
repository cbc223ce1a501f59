import type { Peer } from "../peers/peer.js";
import { at, type Selector, withFirst } from "./selector.js";

/** A node by chance, in proportion to its weight. Those of weight 0 get nothing, unless all weigh nothing. */
export function weighted(options: { readonly random: () => number }): Required<Selector> {
  const pick: Selector["pick"] = (_call, candidates) => {
    const sums = sumsOf(candidates);
    const { length } = candidates;
    const total = sums[length - 1] as number;
    if (total === 0) return at(candidates, Math.floor(options.random() * length));
    return at(candidates, firstAbove(sums, options.random() * total));
  };

  return {
    pick,
    rank(call, candidates) {
      const heaviestFirst = [...candidates].sort((a, b) => b.node.weight - a.node.weight);
      return withFirst(pick(call, candidates), heaviestFirst);
    },
  };
}

// Candidates are replaced, never changed, when anything of a node changes: the sums hold as long as the list does.
const known = new WeakMap<readonly Peer[], Float64Array>();

function sumsOf(candidates: readonly Peer[]): Float64Array {
  let sums = known.get(candidates);
  if (sums === undefined) {
    sums = addUp(candidates);
    known.set(candidates, sums);
  }
  return sums;
}

function addUp(candidates: readonly Peer[]): Float64Array {
  const sums = new Float64Array(candidates.length);
  let total = 0;
  for (let i = 0; i < sums.length; i++) {
    total += at(candidates, i).node.weight;
    sums[i] = total;
  }
  return sums;
}

/** The first index whose sum is above `value`, by halving. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
