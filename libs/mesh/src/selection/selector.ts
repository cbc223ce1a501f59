import type { NodeChoice } from "@weft/contracts/function";
import type { Call } from "../call.js";
import type { Peer } from "../peers/peer.js";
import { hash } from "./hash.js";
import { random } from "./random.js";
import { roundRobin } from "./round-robin.js";

/** Chooses where a call goes. */
export interface Selector {
  /** One of `candidates`, which is never empty. */
  pick(call: Call, candidates: readonly Peer[]): Peer;
}

export interface SelectorOptions {
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/** The modes that a function may declare. */
export const selectionModes = ["random", "round_robin", "hash"] as const;

/** The selector that a function declares; random where it declares none. `undefined`: no such mode. */
export function createSelector(choice: NodeChoice | undefined, options: SelectorOptions): Selector | undefined {
  switch (choice?.mode ?? "random") {
    case "random":
      return random(options);
    case "round_robin":
      return roundRobin();
    case "hash":
      return hash(choice?.key ?? "");
    default:
      return undefined;
  }
}
