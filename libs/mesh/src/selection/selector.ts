import type { Call } from "../call.js";
import type { Peer } from "../peers/peer.js";

/** Chooses where a call goes. A plugin may register its own under a name; see `Offers`. */
export interface Selector {
  /** One of `candidates`, which is never empty. Called for every attempt, with the peers that are left. */
  pick(call: Call, candidates: readonly Peer[]): Peer;
  /**
   * The candidates, the one that `pick` would take now first, then the next best. Takes no turn and stores nothing.
   * Absent or `undefined`: nobody can say before the call.
   */
  rank?(call: Call, candidates: readonly Peer[]): readonly Peer[] | undefined;
}

/** True for the first attempt of a call. The others are part of the same request: they take no turn, and bind nobody. */
export function isFirstPick({ tried, attempts }: Call): boolean {
  return tried.length === 0 && attempts.length === 0;
}

/** A list that is never empty, by an index below its length. */
export function at(candidates: readonly Peer[], index: number): Peer {
  return candidates[index] as Peer;
}

/** The same peers with one of them in front. */
export function withFirst(first: Peer, candidates: readonly Peer[]): readonly Peer[] {
  return [first, ...candidates.filter((peer) => peer !== first)];
}
