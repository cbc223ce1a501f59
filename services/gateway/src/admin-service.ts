import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { encodeStruct } from "@weft/contracts";
import type {
  ExplainPluginsRequest,
  ExplainPluginsResponse,
  ListNodesRequest,
  ListNodesResponse,
  NodeInfo,
  NodePlugins,
} from "@weft/contracts/admin";
import { type Clock, Code, Reason, WeftError } from "@weft/core";
import type { Catalogue, Peer } from "@weft/mesh";
import { type RpcServing, unaryRpc } from "@weft/service";

// A chain explains itself from memory: who takes longer is stuck.
const explainLimitMs = 2_000;

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
    explainPlugins: unaryRpc<ExplainPluginsRequest, ExplainPluginsResponse>(serving, async ({ service, node }) => {
      permit("explain_plugins");
      const peers = catalogue.services.get(service)?.peers.filter(({ id }) => node === "" || id === node) ?? [];
      if (peers.length === 0)
        throw new WeftError(Code.NotFound, `no node ${node === "" ? "" : `"${node}" `}of service "${service}"`, {
          reason: Reason.NoNodesAvailable,
        });
      return { nodes: await explained(peers) };
    }),
  };
}

/** Asks every peer; one that cannot say, or not in time, is left out. */
async function explained(peers: readonly Peer[]): Promise<NodePlugins[]> {
  const limits = { timeoutMs: explainLimitMs, signal: new AbortController().signal };
  const answers = await Promise.allSettled(
    peers.map(async ({ id, connection }) => ({ node: id, chains: [...(await connection.explainPlugins(limits))] })),
  );
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

function nodeInfo({ node, ejection, inFlight }: Peer, nowMs: number): NodeInfo {
  const { id, service, address, version, revision, zone, draining, incarnation } = node;
  const state = draining ? "draining" : ejection.isEjected(nowMs) ? "ejected" : "ready";
  const details = encodeStruct({ started_at: new Date(incarnation) });
  return { id, service, address, state, version, revision, zone, inFlight, details };
}
