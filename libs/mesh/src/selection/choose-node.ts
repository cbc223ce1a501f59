import { Code, Reason, WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { Peer } from "../peers/peer.js";

/**
 * The node for the call's next attempt: the one that a policy has chosen, else what the function's selector picks among
 * the candidates that did not fail this call and are not left out for now. Throws NO_NODES_AVAILABLE or CIRCUIT_OPEN.
 */
export function chooseNode(call: Call, nowMs: number): Peer {
  const { variant, candidates } = targetOf(call);
  const { hash } = variant.config;
  const { chosen, tried } = call;
  call.chosen = undefined;
  if (chosen !== undefined && isUsable(chosen, hash, nowMs)) return chosen;
  const untried = tried.length === 0 ? candidates : candidates.filter((peer) => !tried.includes(peer));
  return variant.selector.pick(call, usablePeers(untried, call, nowMs));
}

/** The candidates that a call could go to now, and why each of the others is left out. Uses nothing up. */
export interface Usable {
  readonly usable: readonly Peer[];
  /** ejected or breaker_open. */
  readonly excluded: ReadonlyMap<Peer, string>;
  /** What the call would be refused with. */
  readonly refusal: WeftError | undefined;
}

export function explainUsable(call: Call, nowMs: number): Usable {
  const { candidates } = targetOf(call);
  let usable: readonly Peer[] = [];
  let refusal: WeftError | undefined;
  try {
    usable = usablePeers(candidates, call, nowMs);
  } catch (error) {
    refusal = WeftError.from(error);
  }
  const others = candidates.filter((peer) => !peer.isGone && !usable.includes(peer));
  const reason = ({ ejection }: Peer) => (ejection.isEjected(nowMs) ? "ejected" : "breaker_open");
  return { usable, excluded: new Map(others.map((peer) => [peer, reason(peer)])), refusal };
}

function usablePeers(untried: readonly Peer[], call: Call, nowMs: number): readonly Peer[] {
  const { hash, service } = targetOf(call).variant.config;
  const [first] = untried;
  if (first !== undefined && !first.isGone && first.impairments.areNone(hash)) return untried;
  const usable = untried.filter((peer) => isUsable(peer, hash, nowMs));
  if (usable.length > 0) return usable;

  // Where it would leave nobody, ejection is not believed, and a breaker only for a moment.
  const waits = untried.filter((peer) => !peer.isGone).map((peer) => ({ peer, waitMs: lastWaitMs(peer, hash, nowMs) }));
  if (waits.length === 0) throw noNodes(service);
  const last = waits.filter(({ waitMs }) => waitMs === 0);
  if (last.length === 0) throw circuitOpen(call, Math.min(...waits.map(({ waitMs }) => waitMs)));
  return last.map(({ peer }) => peer);
}

function isUsable(peer: Peer, hash: string, nowMs: number): boolean {
  return !peer.isGone && !peer.ejection.isEjected(nowMs) && peer.breakers.waitMs(hash, nowMs) === 0;
}

function lastWaitMs(peer: Peer, hash: string, nowMs: number): number {
  return peer.breakers.waitMs(hash, nowMs, true);
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
