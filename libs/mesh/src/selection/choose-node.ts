import { Code, Reason, WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { Peer } from "../peers/peer.js";

/**
 * The node for the call's next attempt: the one that a policy has chosen, else what the function's selector picks among
 * the candidates that did not fail this call and are not left out for now. Throws NO_NODES_AVAILABLE or CIRCUIT_OPEN.
 */
export function chooseNode(call: Call, nowMs: number): Peer {
  const { variant, candidates } = targetOf(call);
  const { chosen } = call;
  call.chosen = undefined;
  if (chosen !== undefined) return chosen;
  const usable = usablePeers(candidates, call, nowMs);
  if (usable.length === 0)
    throw new WeftError(Code.Unavailable, `no node of service "${variant.config.service}" is available`, {
      reason: Reason.NoNodesAvailable,
      retryAfterMs: 1_000,
    });
  return variant.selector.pick(call, usable);
}

/** Peers that did not fail this call and are not ejected; where that leaves nobody, ejection is not believed. */
function usablePeers(candidates: readonly Peer[], call: Call, nowMs: number): readonly Peer[] {
  if (call.tried.size === 0 && candidates.every((peer) => !peer.ejection.isEjected(nowMs))) return candidates;
  const untried = candidates.filter((peer) => !call.tried.has(peer));
  const healthy = untried.filter((peer) => !peer.ejection.isEjected(nowMs));
  return healthy.length > 0 ? healthy : untried;
}
