import { Code, Reason, WeftError } from "@weft/core";
import type { IncomingCall } from "./hosting.js";

/**
 * What a handler's throw becomes: a WeftError reaches the caller as it is, in the domain of its service; anything else is
 * INTERNAL with a fixed text and the request id to find it in the log by.
 */
export function handlerError(thrown: unknown, call: IncomingCall): WeftError {
  if (thrown instanceof WeftError) return thrown.domain === undefined ? thrown.with({ domain: call.service }) : thrown;
  const { requestId, logger } = call.context;
  logger.error(
    { err: thrown, function: `${call.service}.${call.functionName}`, request_id: requestId },
    "a handler threw",
  );
  return new WeftError(Code.Internal, "Internal Server Error", { reason: Reason.Internal, requestId, cause: thrown });
}
