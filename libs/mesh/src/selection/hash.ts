import { callArguments } from "../policies/call-arguments.js";
import type { Selector } from "./selector.js";

/**
 * The same key goes to the same node: rendezvous hashing, so that one node more or less moves about 1/n of the keys.
 * The key is an argument, or the request id where none is named or the argument is missing.
 * Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996.
 */
export function hash(argument: string): Selector {
  return {
    pick(call, candidates) {
      const value = argument === "" ? undefined : callArguments(call)[argument];
      const key = value === undefined || value === null ? call.request.requestId : String(value);
      const keyHash = fnv1a(key);
      let [best] = candidates as [(typeof candidates)[0]];
      let bestScore = -1;
      for (const peer of candidates) {
        const score = mix(keyHash ^ fnv1a(peer.id));
        if (score > bestScore) {
          best = peer;
          bestScore = score;
        }
      }
      return best;
    },
  };
}

/** FNV-1a, 32 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state;
}

/** Spreads the bits, so that similar names score unlike each other (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let state = value;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
