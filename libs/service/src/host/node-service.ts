import { encodeJson } from "@weft/contracts";
import type { NodeServiceServer } from "@weft/contracts/node";
import type { Clock, Logger, WeftError } from "@weft/core";
import type { Dispatch } from "@weft/plugin-chain";
import type { PublishedSet } from "../define/publish.js";
import { type RpcServing, streamRpc, unaryRpc } from "../rpc/rpc-handler.js";
import { tooLarge } from "../rpc/size-guard.js";
import { handlerError } from "./handler-error.js";
import type { Hosting, IncomingCall } from "./hosting.js";
import { incomingCall } from "./incoming-call.js";
import { produce } from "./produce.js";

export interface NodeServiceOptions {
  readonly service: string;
  readonly published: PublishedSet;
  readonly chain: Dispatch<Hosting>;
  readonly serving: RpcServing;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Serves weft.node.v1.NodeService: what callers in the mesh need of a node. */
export function nodeService(options: NodeServiceOptions): Partial<NodeServiceServer> {
  const { published, chain, serving, clock } = options;
  const { maxResponseBytes } = serving.limits;

  async function settling<Result>(call: IncomingCall, run: () => Promise<Result>): Promise<Result> {
    const startedAt = clock.now();
    let error: WeftError | undefined;
    try {
      return await run();
    } catch (thrown) {
      error = handlerError(thrown, call);
      throw error;
    } finally {
      chain.handled(call, { error, elapsedMs: clock.now() - startedAt });
    }
  }

  const sized = (what: string) => (json: Buffer) => {
    if (json.length > maxResponseBytes) throw tooLarge(what, json.length, maxResponseBytes, "WEFT_MAX_RESPONSE_BYTES");
    return json;
  };
  const sizedResponse = sized("response");
  const sizedItem = sized("item");

  return {
    getFunctions: unaryRpc(serving, ({ knownRevision }) => ({
      revision: published.revision,
      functions: knownRevision === published.revision ? [] : [...published.configs],
    })),
    execute: unaryRpc(serving, (request, rpc) => {
      const call = incomingCall(request, "unary", rpc, options);
      return settling(call, async () => ({ resultJson: sizedResponse(encodeJson(await chain.handle(call))) }));
    }),
    stream: streamRpc(serving, async (request, rpc, send) => {
      const call = incomingCall(request, "stream", rpc, options);
      await settling(call, () => produce(call, chain.produce(call), send, { clock, sized: sizedItem }));
    }),
  };
}
