import type { EventEmitter } from "node:events";
import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { type Clock, type Logger, WeftError } from "@weft/core";
import { untilExpired } from "./credentials-expiry.js";
import type { LiveCalls } from "./live-calls.js";
import { callerGone, createRpcContext, type RpcContext } from "./rpc-context.js";
import { createSender, type Send } from "./sender.js";
import { OversizeRequest, type SizeLimits, tooLarge } from "./size-guard.js";

/** What the handlers of one server share. */
export interface RpcServing {
  readonly liveCalls: LiveCalls;
  readonly limits: SizeLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type ServeStream<Request, Response> = (
  request: Request,
  context: RpcContext,
  send: Send<Response>,
) => Promise<void>;

/**
 * Turns "request in, messages out" into what grpc-js calls. Whatever the handler throws becomes one status, and the call is
 * answered exactly once: grpc-js alone lets a rejecting handler end the process.
 */
export function streamRpc<Request, Response>(
  serving: RpcServing,
  serve: ServeStream<Request, Response>,
): handleServerStreamingCall<Request, Response> {
  return async (call) => {
    const peer = call.getPeer();
    const context = createRpcContext({ metadata: call.metadata, peer, deadline: call.getDeadline() }, serving.clock);
    const stopWatching = untilExpired(context, serving.clock);
    const stopListening = onCallerGone(call, context);
    let leave = () => {};
    call.on("error", () => {}); // an answer to a caller who has gone
    try {
      leave = serving.liveCalls.enter({ abort: context.abort, connection: peer, isStream: true });
      await serve(sized(call.request, serving), context, createSender(call, context.abort));
      call.end(context.trailers);
    } catch (error) {
      call.emit("error", grpcStatus(reported(error, serving, context), context.trailers));
    } finally {
      stopWatching();
      stopListening();
      leave();
    }
  };
}

/** Aborts the call when its caller goes. grpc-js says "cancelled" after each answer too, which must cut nothing that a handler left running. */
export function onCallerGone(call: EventEmitter, { abort }: RpcContext): () => void {
  const cancel = () => abort.abort(callerGone());
  call.on("cancelled", cancel);
  return () => call.off("cancelled", cancel);
}

/** The request, unless it was too large to be decoded. */
export function sized<Request>(request: Request, { limits }: RpcServing): Request {
  if (!(request instanceof OversizeRequest)) return request;
  throw tooLarge("request", request.bytes, limits.maxRequestBytes, "WEFT_MAX_REQUEST_BYTES");
}

/** The error as it leaves. What nobody foresaw is logged in full, once, here. */
export function reported(thrown: unknown, { logger }: RpcServing, context: RpcContext): WeftError {
  if (thrown instanceof WeftError) return thrown;
  const error = WeftError.from(thrown);
  const requestId = context.trailers.get("x-request-id")[0]?.toString();
  logger.error({ err: thrown, request_id: requestId }, "an unexpected error");
  return requestId === undefined ? error : error.with({ requestId });
}
