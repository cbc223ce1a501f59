import type { Clock } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { FunctionVariant } from "../catalogue/target.js";
import { type ExplainedNode, type Explanation, refusalOf } from "../explanation.js";
import type { Peer } from "../peers/peer.js";
import { explainedNode } from "../selection/explain-nodes.js";
import { localName } from "./placement.js";

type Explain = (call: Call) => Promise<Explanation>;

export interface ExplainPlacementOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Asks the function's resolver, if it has one. */
  readonly resolve: (call: Call) => undefined | Promise<undefined>;
}

/** Says which nodes a call may go to, and of the service's other nodes why they are left out. */
export function explainPlacement(options: ExplainPlacementOptions) {
  const { resolve } = options;
  return (next: Explain): Explain =>
    async (call) => {
      const { variant } = targetOf(call);
      const refusal = await refusalOf(async () => resolve(call));
      const { candidates } = targetOf(call);
      const step = {
        phase: "place",
        rule: ruleOf(variant),
        reason: refusal?.message ?? `${candidates.length} ${candidates.length === 1 ? "node" : "nodes"} may run it`,
        details: { mode: modeOf(variant), list: variant.config.nodes, candidates: candidates.length },
        ...(refusal !== undefined && { refusal }),
      };
      const { steps, nodes } = await next(call);
      return { steps: [step, ...steps], nodes: [...nodes, ...leftOut(call, nodes, options)] };
    };
}

function modeOf({ config }: FunctionVariant): string {
  if (config.nodeResolver !== undefined) return "resolver";
  if (config.nodes.length === 0) return "any";
  return config.nodes.every((name) => name === localName) ? "local" : "list";
}

function ruleOf(variant: FunctionVariant): string {
  const { nodes, nodeResolver } = variant.config;
  switch (modeOf(variant)) {
    case "resolver":
      return `the nodes that the resolver "${nodeResolver}" answers`;
    case "local":
      return "this process";
    case "list":
      return `the nodes ${nodes.join(", ")}`;
    default:
      return "every node that holds the function";
  }
}

/** The nodes of the service that no policy has spoken of, and why. */
function leftOut(
  call: Call,
  spokenOf: readonly ExplainedNode[],
  { catalogue, clock }: ExplainPlacementOptions,
): readonly ExplainedNode[] {
  const { variant, candidates } = targetOf(call);
  const { service, functionName, version } = call.request;
  const found = catalogue.find(service, functionName, version);
  const holders = typeof found === "object" ? found.candidates : [];
  const { nodes } = variant.config;

  function reason(peer: Peer): string {
    if (peer.node.draining) return "draining";
    const isListed = nodes.length === 0 || nodes.includes(peer.id) || nodes.includes(peer.node.address);
    return !isListed || holders.includes(peer) ? "not_listed" : "no_such_version";
  }
  const ids = new Set([...spokenOf.map(({ node }) => node), ...candidates.map(({ id }) => id)]);
  const others = (catalogue.services.get(service)?.peers ?? []).filter(({ id }) => !ids.has(id));
  return others.map((peer) => explainedNode(peer, reason(peer), clock.now()));
}
