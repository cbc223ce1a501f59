import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { encodeStruct } from "@weft/contracts";
import type { ListNodesRequest, ListNodesResponse, NodeInfo } from "@weft/contracts/admin";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import type { Catalogue, Peer } from "@weft/mesh";
import { type RpcServing, unaryRpc } from "@weft/service";

export interface AdminServiceOptions {
  readonly catalogue: Catalogue;
  /** Actions that anybody may take; "*" stands for all. */
  readonly allowed: readonly string[];
  readonly serving: RpcServing;
  readonly clock: Clock;
}

/** weft.v1.AdminService: what operators and the command line ask of a gateway. */
export function adminService(options: AdminServiceOptions): UntypedServiceImplementation {
  const { catalogue, allowed, serving, clock } = options;

  function permit(action: string): void {
    if (allowed.includes(action) || allowed.includes("*")) return;
    throw new WeftError(Code.PermissionDenied, "admin action denied", { reason: Reason.AdminActionDenied });
  }

  return {
    listNodes: unaryRpc<ListNodesRequest, ListNodesResponse>(serving, ({ service }) => {
      permit("list_nodes");
      const services = [...catalogue.services].filter(([name]) => service === "" || name === service);
      const nodes = services.flatMap(([, { peers }]) => peers.map((peer) => nodeInfo(peer, clock.now())));
      return { nodes: nodes.sort((a, b) => (a.id < b.id ? -1 : 1)) };
    }),
  };
}

function nodeInfo({ node, ejection, inFlight }: Peer, nowMs: number): NodeInfo {
  const { id, service, address, version, revision, zone, draining, incarnation } = node;
  const state = draining ? "draining" : ejection.isEjected(nowMs) ? "ejected" : "ready";
  const details = encodeStruct({ started_at: new Date(incarnation) });
  return { id, service, address, state, version, revision, zone, inFlight, details };
}
