import { type Call, targetOf } from "../call.js";
import type { ExplainedNode } from "../explanation.js";
import type { Peer } from "../peers/peer.js";

/**
 * The nodes that a call could go to, the best first, then those that are left out, each with the reason. No selector takes
 * a turn or stores anything for it. Where a plugin's selector cannot say before the call, none is chosen.
 */
export function explainNodes(
  call: Call,
  usable: readonly Peer[],
  excluded: ReadonlyMap<Peer, string>,
  nowMs: number,
): readonly ExplainedNode[] {
  const ranked = usable.length === 0 ? undefined : targetOf(call).variant.selector.rank?.(call, usable);
  const best = ranked?.[0];
  return [
    ...(ranked ?? usable).map((peer) => explainedNode(peer, "", nowMs, peer === best)),
    ...[...excluded].map(([peer, reason]) => explainedNode(peer, reason, nowMs)),
  ];
}

/** One row. `excluded`: why the node is left out; empty: it is a candidate. */
export function explainedNode(peer: Peer, excluded: string, nowMs: number, chosen = false): ExplainedNode {
  const { id, node, inFlight, load } = peer;
  const ewmaMs = Math.round(load.ewmaMs(nowMs) * 100) / 100;
  return { node: id, chosen, excluded, details: { weight: node.weight, in_flight: inFlight, ewma_ms: ewmaMs } };
}
