import { type Clock, Reason, WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { ExplainedNode, Explanation } from "../explanation.js";
import type { Peer } from "../peers/peer.js";
import { explainUsable, type Usable } from "../selection/choose-node.js";
import { explainedNode, explainNodes } from "../selection/explain-nodes.js";

type Explain = (call: Call) => Promise<Explanation>;

/** Says which node a call would go to, the best first, and why others are left out for now. */
export function explainDispatch({ clock }: { readonly clock: Clock }) {
  return (next: Explain): Explain =>
    async (call) => {
      const nowMs = clock.now();
      const { variant, candidates } = targetOf(call);
      const found = explainUsable(call, nowMs);
      const ranked = rows(call, found, nowMs);
      const nodes = withBreakers(ranked.nodes, candidates, variant.config.hash, nowMs);
      const chosen = nodes.find((node) => node.chosen)?.node;
      const refusal = found.refusal ?? ranked.refusal;
      const step = {
        phase: "dispatch",
        rule: `${variant.config.chooseNode?.mode ?? "random"}, among the nodes that are not left out`,
        reason: refusal?.message ?? (chosen === undefined ? "one of the nodes" : `node ${chosen}`),
        ...(refusal !== undefined && { refusal }),
      };
      const rest = await next(call);
      return { steps: [step, ...rest.steps], nodes: [...nodes, ...rest.nodes] };
    };
}

interface Rows {
  readonly nodes: readonly ExplainedNode[];
  readonly refusal?: WeftError;
}

function rows(call: Call, { usable, excluded }: Usable, nowMs: number): Rows {
  try {
    return { nodes: explainNodes(call, usable, excluded, nowMs) };
  } catch (thrown) {
    const named = [...usable.map((peer) => [peer, ""] as const), ...excluded];
    const nodes = named.map(([peer, reason]) => explainedNode(peer, reason, nowMs));
    const error = WeftError.from(thrown);
    // A selector that nobody registered. Of arguments that cannot be read, which hold no key, another policy speaks.
    return error.reason === Reason.NoNodesAvailable ? { nodes, refusal: error } : { nodes };
  }
}

function withBreakers(
  nodes: readonly ExplainedNode[],
  peers: readonly Peer[],
  hash: string,
  nowMs: number,
): readonly ExplainedNode[] {
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  return nodes.map((row) => {
    const breaker = byId.get(row.node)?.breakers.state(hash, nowMs) ?? "closed";
    return { ...row, details: { ...row.details, breaker } };
  });
}
