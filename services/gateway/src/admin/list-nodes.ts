import { encodeStruct } from "@weft/contracts";
import type { ListNodesRequest, ListNodesResponse, NodeInfo } from "@weft/contracts/admin";
import type { Peer } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

/** AdminService.ListNodes: what discovery lists, and what this gateway knows of it. */
export function listNodes({ mesh, clock }: AdminParts): ServeUnary<ListNodesRequest, ListNodesResponse> {
  return ({ service }) => {
    const services = [...mesh.catalogue.services].filter(([name]) => service === "" || name === service);
    const nodes = services.flatMap(([, { peers, isReady }]) =>
      peers.map((peer) => nodeInfo(peer, isReady, clock.now())),
    );
    return { nodes: nodes.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  };
}

function nodeInfo({ node, ejection, breakers, inFlight }: Peer, isKnown: boolean, nowMs: number): NodeInfo {
  const { id, service, address, version, revision, zone, draining, incarnation } = node;
  const state = draining ? "draining" : ejection.isEjected(nowMs) ? "ejected" : "ready";
  const details = encodeStruct({
    started_at: incarnation > 0 ? new Date(incarnation) : undefined, // a node that discovery does not list never said
    functions_known: isKnown,
    breakers: breakers.open(nowMs),
  });
  return { id, service, address, state, version, revision, zone, inFlight, details };
}
