import type { Call } from "../call.js";
import type { Peer } from "../peers/peer.js";
import { callArguments } from "../policies/call-arguments.js";
import { keyText } from "./key-text.js";
import { fnv1a, mix } from "./name-hash.js";
import { at, type Selector } from "./selector.js";

/**
 * The same key goes to the same node: rendezvous hashing, so that one node more or less moves about 1/n of the keys.
 * The key is an argument, or the request id where none is named or the argument is missing.
 * Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996.
 */
export function hash(argument: string): Required<Selector> {
  const hashes = hashesInRow();
  return {
    pick: (call, candidates) => at(candidates, best(keyHash(call, argument), hashes(candidates), candidates)),
    rank(call, candidates) {
      const key = keyHash(call, argument);
      const score = (peer: Peer) => mix(key ^ peer.idHash);
      return [...candidates].sort((a, b) => score(b) - score(a) || (a.id < b.id ? -1 : 1));
    },
  };
}

/** Where the highest score stands; of equal ones, the lowest id, whatever the order of the list. */
function best(key: number, hashes: Int32Array, candidates: readonly Peer[]): number {
  let best = 0;
  let bestScore = mix(key ^ (hashes[0] as number));
  for (let i = 1; i < hashes.length; i++) {
    const score = mix(key ^ (hashes[i] as number));
    if (score < bestScore) continue;
    if (score === bestScore && at(candidates, best).id < at(candidates, i).id) continue;
    best = i;
    bestScore = score;
  }
  return best;
}

function keyHash(call: Call, argument: string): number {
  const key = argument === "" ? undefined : keyText(callArguments(call)[argument]);
  return fnv1a(key ?? call.request.requestId);
}

/** The hashes of the last list side by side in memory: 10,000 of them take 45 µs to walk over, the nodes themselves 60 to 160. */
function hashesInRow(): (candidates: readonly Peer[]) => Int32Array {
  let laidOut: readonly Peer[] = [];
  let row: Int32Array = new Int32Array(0);
  return (candidates) => {
    if (candidates !== laidOut) {
      row = new Int32Array(candidates.length);
      for (let i = 0; i < row.length; i++) row[i] = at(candidates, i).idHash;
      laidOut = candidates;
    }
    return row;
  };
}
