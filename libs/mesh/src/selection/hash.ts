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
  return {
    pick(call, candidates) {
      const key = keyHash(call, argument);
      let best = at(candidates, 0);
      let bestScore = mix(key ^ best.idHash);
      for (let i = 1; i < candidates.length; i++) {
        const peer = at(candidates, i);
        const score = mix(key ^ peer.idHash);
        if (score < bestScore || (score === bestScore && best.id <= peer.id)) continue;
        best = peer;
        bestScore = score;
      }
      return best;
    },
    rank(call, candidates) {
      const key = keyHash(call, argument);
      const score = (peer: Peer) => mix(key ^ peer.idHash);
      return [...candidates].sort((a, b) => score(b) - score(a) || (a.id < b.id ? -1 : 1));
    },
  };
}

function keyHash(call: Call, argument: string): number {
  const key = argument === "" ? undefined : keyText(callArguments(call)[argument]);
  return fnv1a(key ?? call.request.requestId);
}
