import type { NodeServiceServer } from "@weft/contracts/node";
import { type RpcServing, streamRpc } from "../rpc/rpc-handler.js";
import { unaryRpc } from "../rpc/unary-rpc.js";
import { type ExplainedChain, pluginChain } from "./explained-chain.js";
import type { Links } from "./link/links.js";
import type { NodeHost } from "./node-host.js";
import { watchFunctions } from "./watch-functions.js";

export interface NodeServiceOptions {
  readonly host: NodeHost;
  /** The chains of this process, to be shown. */
  readonly chains: readonly ExplainedChain[];
  readonly links: Links;
  readonly serving: RpcServing;
}

/** Serves weft.node.v1.NodeService: what callers in the mesh need of a node. */
export function nodeService({ host, chains, links, serving }: NodeServiceOptions): Partial<NodeServiceServer> {
  const { published } = host;
  return {
    getFunctions: unaryRpc(serving, ({ knownRevision }) => ({
      revision: published.revision,
      functions: knownRevision === published.revision ? [] : [...published.configs],
    })),
    watchFunctions: streamRpc(serving, watchFunctions(published)),
    explainPlugins: unaryRpc(serving, () => ({ chains: chains.map(pluginChain) })),
    execute: unaryRpc(serving, async (request, rpc) => {
      rpc.trailers.set("x-request-id", request.context?.requestId ?? "");
      return { resultJson: await host.execute(request, rpc) };
    }),
    link: links.serve as unknown as NodeServiceServer["link"], // its frames are left as bytes
    stream: streamRpc(serving, (request, rpc, send) => {
      rpc.trailers.set("x-request-id", request.context?.requestId ?? "");
      return host.stream(request, rpc, send);
    }),
  };
}
