import type { EventEmitter } from "node:events";
import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import { grpcStatus } from "@weft/contracts";
import { type Clock, type Logger, WeftError } from "@weft/core";
import { untilExpired } from "./credentials-expiry.js";
import type { LiveCalls } from "./live-calls.js";
import { callerGone, createRpcContext, type RpcContext } from "./rpc-context.js";
import { createSender, type Send } from "./sender.js";
import { OversizeRequest, type SizeLimits, tooLarge } from "./size-guard.js";
import { untilCut } from "./until-cut.js";

/** What the handlers of one server share. */
export interface RpcServing {
  readonly liveCalls: LiveCalls;
  readonly limits: SizeLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type ServeUnary<Request, Response> = (request: Request, context: RpcContext) => Response | Promise<Response>;
export type ServeStream<Request, Response> = (
  request: Request,
  context: RpcContext,
  send: Send<Response>,
) => Promise<void>;

/**
 * Turns "request in, response or WeftError out" into what grpc-js calls. Whatever the handler throws becomes one status,
 * and the call is answered exactly once: grpc-js alone lets a rejecting handler end the process.
 */
export function unaryRpc<Request, Response>(
  serving: RpcServing,
  serve: ServeUnary<Request, Response>,
): handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    const context = createRpcContext(call, serving.clock);
    const stopListening = onCallerGone(call, context);
    try {
      const leave = serving.liveCalls.enter({ abort: context.abort, connection: call.getPeer(), isStream: false });
      const answer = serveCounted(() => serve(sized(call.request, serving), context), leave);
      callback(null, await untilCut(answer, context.abort), context.trailers);
    } catch (error) {
      callback(grpcStatus(reported(error, serving, context), context.trailers));
    } finally {
      stopListening();
    }
  };
}

/** The same for "request in, messages out". */
export function streamRpc<Request, Response>(
  serving: RpcServing,
  serve: ServeStream<Request, Response>,
): handleServerStreamingCall<Request, Response> {
  return async (call) => {
    const context = createRpcContext(call, serving.clock);
    const stopWatching = untilExpired(context, serving.clock);
    const stopListening = onCallerGone(call, context);
    let leave = () => {};
    call.on("error", () => {}); // an answer to a caller who has gone
    try {
      leave = serving.liveCalls.enter({ abort: context.abort, connection: call.getPeer(), isStream: true });
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

/** A handler counts as long as it runs, also when nobody waits for it any more. */
async function serveCounted<Response>(serve: () => Response | Promise<Response>, leave: () => void): Promise<Response> {
  try {
    return await serve();
  } finally {
    leave();
  }
}

/** The error as it leaves. What nobody foresaw is logged in full, once, here. */
export function reported(thrown: unknown, { logger }: RpcServing, context: RpcContext): WeftError {
  if (thrown instanceof WeftError) return thrown;
  const error = WeftError.from(thrown);
  const requestId = context.trailers.get("x-request-id")[0]?.toString();
  logger.error({ err: thrown, request_id: requestId }, "an unexpected error");
  return requestId === undefined ? error : error.with({ requestId });
}
