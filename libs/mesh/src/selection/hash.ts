import type { Call } from "../call.js";
import { callArguments } from "../policies/call-arguments.js";
import { keyText } from "./key-text.js";
import { fnv1a, mix } from "./name-hash.js";
import { inVisitingOrder, placesOf } from "./places.js";
import type { Selector } from "./selector.js";

/**
 * The same key goes to the same node, in every process, and one node more or less moves about 1/n of the keys. The key is
 * an argument, or the request id where none is named or the argument is missing.
 * Source: Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996.
 */
export function hash(argument: string): Required<Selector> {
  return {
    pick: (call, candidates) => placesOf(candidates).first(keyHash(call, argument)),
    rank: (call, candidates) => inVisitingOrder(candidates, keyHash(call, argument)),
  };
}

function keyHash(call: Call, argument: string): number {
  const key = argument === "" ? undefined : keyText(callArguments(call)[argument]);
  return placedAt(key ?? call.request.requestId);
}

/** Where a key sets out on its visits. */
export function hashOfKey(key: string): number {
  return placedAt(keyText(key) as string);
}

function placedAt(text: string): number {
  return mix(fnv1a(text)) | 0;
}
