import type { NodeServiceServer } from "@weft/contracts/node";
import { type Clock, type Logger, WeftError } from "@weft/core";
import type { Dispatch, Service } from "@weft/plugin-chain";
import type { PublishedSet } from "../define/publish.js";
import { type RpcServing, streamRpc, unaryRpc } from "../rpc/rpc-handler.js";
import { tooLarge } from "../rpc/size-guard.js";
import { type ExplainedChain, pluginChain } from "./explained-chain.js";
import { encodeAnswer, handlerError } from "./handler-error.js";
import type { Hosting, IncomingCall } from "./hosting.js";
import { incomingCall } from "./incoming-call.js";
import { produce } from "./produce.js";

export interface NodeServiceOptions {
  readonly service: string;
  readonly published: PublishedSet;
  /** The plugins around the handlers. */
  readonly plugins: Pick<Service<Hosting>, "enter">;
  /** The chains of this process, to be shown. */
  readonly chains: readonly ExplainedChain[];
  readonly serving: RpcServing;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Serves weft.node.v1.NodeService: what callers in the mesh need of a node. */
export function nodeService(options: NodeServiceOptions): Partial<NodeServiceServer> {
  const { published, plugins, chains, serving, clock } = options;
  const { maxResponseBytes } = serving.limits;

  async function settling<Result>(
    call: IncomingCall,
    run: (chain: Dispatch<Hosting>) => Promise<Result>,
  ): Promise<Result> {
    const entered = plugins.enter();
    const startedAt = clock.now();
    let error: WeftError | undefined;
    try {
      return await run(entered.dispatch);
    } catch (thrown) {
      error = WeftError.from(thrown);
      throw thrown; // as it is, so that the boundary logs in full what nobody foresaw
    } finally {
      entered.dispatch.handled(call, { error, elapsedMs: clock.now() - startedAt });
      entered.leave();
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
    explainPlugins: unaryRpc(serving, () => ({ chains: chains.map(pluginChain) })),
    execute: unaryRpc(serving, (request, rpc) => {
      const call = incomingCall(request, "unary", rpc, options);
      return settling(call, async (chain) => ({ resultJson: sizedResponse(await answer(call, chain)) }));
    }),
    stream: streamRpc(serving, async (request, rpc, send) => {
      const call = incomingCall(request, "stream", rpc, options);
      await settling(call, (chain) => produce(call, () => chain.produce(call), send, { clock, sized: sizedItem }));
    }),
  };
}

async function answer(call: IncomingCall, chain: Dispatch<Hosting>): Promise<Buffer> {
  let value: unknown;
  try {
    value = await chain.handle(call);
  } catch (thrown) {
    throw handlerError(thrown, call);
  }
  return encodeAnswer(value, call);
}
