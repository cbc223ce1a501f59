import type { handleBidiStreamingCall, ServerDuplexStream } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { CallAbort } from "@weft/mesh";
import { untilExpired } from "./credentials-expiry.js";
import { createRpcContext, type RpcContext } from "./rpc-context.js";
import { onCallerGone, type RpcServing, reported } from "./rpc-handler.js";

/** An RPC that has messages in both directions. */
export interface DuplexContext extends RpcContext {
  /** Fires when the RPC is to take nothing new and to end: this process shuts down, or the credentials have expired. */
  readonly closing: AbortController;
}

/** Serves an RPC until the promise settles, which is its end: OK, or the status of what it rejects with. */
export type ServeDuplex<Request, Response> = (
  call: ServerDuplexStream<Request, Response>,
  context: DuplexContext,
) => Promise<void>;

/**
 * Turns such a handler into what grpc-js calls. The RPC counts for the process, not for its connection: what it carries
 * counts there.
 */
export function duplexRpc<Request, Response>(
  serving: RpcServing,
  serve: ServeDuplex<Request, Response>,
): handleBidiStreamingCall<Request, Response> {
  return async (call) => {
    const incoming = { metadata: call.metadata, peer: call.getPeer(), deadline: call.getDeadline() };
    const context = { ...createRpcContext(incoming, serving.clock), closing: new CallAbort() };
    const { closing: abort, connection } = context;
    const stopListening = onCallerGone(call, context);
    const stopWatching = untilExpired({ connection, abort }, serving.clock);
    let leave = () => {};
    call.on("error", () => {}); // an answer to a caller who has gone
    try {
      leave = serving.liveCalls.enter({ abort, connection: undefined, isStream: true });
      await serve(call, context);
      call.end(context.trailers);
    } catch (error) {
      call.emit("error", grpcStatus(reported(error, serving, context), context.trailers));
    } finally {
      stopWatching();
      stopListening();
      leave();
      call.resume(); // what still comes in would keep the stream open (grpc-node#1664)
    }
  };
}
