import type { ExplainPluginsRequest, ExplainPluginsResponse, NodePlugins } from "@weft/contracts/admin";
import { Code, Reason, WeftError } from "@weft/core";
import type { Peer } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";

// A chain explains itself from memory: who takes longer is stuck.
const explainLimitMs = 2_000;

/** AdminService.ExplainPlugins: the chains of a service's nodes, as they run. */
export function explainPlugins({ mesh }: AdminParts): ServeUnary<ExplainPluginsRequest, ExplainPluginsResponse> {
  return async ({ service, node }) => {
    const peers = mesh.catalogue.services.get(service)?.peers.filter(({ id }) => node === "" || id === node) ?? [];
    if (peers.length === 0)
      throw new WeftError(Code.NotFound, `no node ${node === "" ? "" : `"${node}" `}of service "${service}"`, {
        reason: Reason.NoNodesAvailable,
      });
    return { nodes: await explained(peers) };
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
