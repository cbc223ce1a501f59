import type { Target } from "../catalogue/target.js";
import { hashOfKey } from "./hash.js";
import { placesOf } from "./places.js";
import { wellPeers } from "./well-peers.js";

/**
 * Which node a call with a key would go to now, for a function that is selected by the hash of an argument: so what belongs
 * to one node can be asked of it in one call. Answers ids. Undefined: there is one node or none, or something else decides.
 */
export function homesOf({ variant, candidates }: Target, nowMs: number): ((key: string) => string) | undefined {
  const { chooseNode, hash } = variant.config;
  if (candidates.length < 2 || chooseNode?.mode !== "hash" || chooseNode.key === "") return undefined;
  const well = wellPeers(candidates, hash, nowMs);
  if (well.length === 0) return undefined;
  const places = placesOf(well);
  return (key) => places.first(hashOfKey(key)).id;
}
