import { Code, Reason, WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { Peer } from "../peers/peer.js";
import { wellPeers } from "./well-peers.js";

/**
 * The node for the call's next attempt: the one that a policy has chosen, else what the function's selector picks among
 * the candidates that did not fail this call and are not left out for now. Throws NO_NODES_AVAILABLE or CIRCUIT_OPEN.
 */
export function chooseNode(call: Call, nowMs: number): Peer {
  const { variant } = targetOf(call);
  const { chosen } = call;
  call.chosen = undefined;
  if (chosen !== undefined && chosen.waitMs(variant.config.hash, nowMs) === 0) return chosen;
  const usable = usablePeers(call, nowMs);
  const picked = variant.selector.pick(call, usable);
  // Only a list that has been replaced since the call came still has nodes that are gone.
  return picked.isGone ? variant.selector.pick(call, present(usable, call)) : picked;
}

/** The candidates that a call could go to now, and why each of the others is left out. Uses nothing up. */
export interface Usable {
  readonly usable: readonly Peer[];
  /** draining, ejected or breaker_open. */
  readonly excluded: ReadonlyMap<Peer, string>;
  /** What the call would be refused with. */
  readonly refusal: WeftError | undefined;
}

export function explainUsable(call: Call, nowMs: number): Usable {
  const { candidates } = targetOf(call);
  let usable: readonly Peer[] = [];
  let refusal: WeftError | undefined;
  try {
    usable = usablePeers(call, nowMs);
  } catch (error) {
    refusal = WeftError.from(error);
  }
  const members = new Set(usable);
  const others = candidates.filter((peer) => !peer.isGone && !members.has(peer));
  return { usable, excluded: new Map(others.map((peer) => [peer, reasonOf(peer, nowMs)])), refusal };
}

function reasonOf({ isDraining, ejection }: Peer, nowMs: number): string {
  if (isDraining) return "draining";
  return ejection.isEjected(nowMs) ? "ejected" : "breaker_open";
}

function usablePeers(call: Call, nowMs: number): readonly Peer[] {
  const { variant, candidates } = targetOf(call);
  const usable = without(wellPeers(candidates, variant.config.hash, nowMs), call.tried);
  return usable.length > 0 ? usable : lastPeers(call, nowMs);
}

/** Where it would leave nobody, neither drain nor ejection is believed, and a breaker only for a moment. */
function lastPeers(call: Call, nowMs: number): readonly Peer[] {
  const { variant, candidates } = targetOf(call);
  const untried = present(without(candidates, call.tried), call);
  const staying = untried.filter(({ isDraining }) => !isDraining);
  // A node that drains still serves what comes until others have taken its place.
  const waits = (staying.length > 0 ? staying : untried).map((peer) => ({
    peer,
    waitMs: peer.breakers.waitMs(variant.config.hash, nowMs, true),
  }));
  const last = waits.filter(({ waitMs }) => waitMs === 0);
  if (last.length === 0) throw circuitOpen(call, Math.min(...waits.map(({ waitMs }) => waitMs)));
  return last.map(({ peer }) => peer);
}

/** Those that discovery lists still. */
function present(peers: readonly Peer[], call: Call): readonly Peer[] {
  const left = peers.filter((peer) => !peer.isGone);
  if (left.length === 0) throw noNodes(targetOf(call).variant.config.service);
  return left;
}

function without(peers: readonly Peer[], tried: readonly Peer[]): readonly Peer[] {
  if (tried.length === 0) return peers;
  const left = peers.slice();
  for (const peer of tried) {
    const index = left.indexOf(peer);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}

function noNodes(service: string): WeftError {
  return new WeftError(Code.Unavailable, `no node of service "${service}" is available`, {
    reason: Reason.NoNodesAvailable,
    retryAfterMs: 1_000,
  });
}

function circuitOpen(call: Call, waitMs: number): WeftError {
  const { service, function: name } = targetOf(call).variant.config;
  return new WeftError(Code.Unavailable, `calls of ${service}.${name} fail on every node: none is sent for now`, {
    reason: Reason.CircuitOpen,
    retryAfterMs: Math.max(1, Math.ceil(waitMs)),
  });
}
