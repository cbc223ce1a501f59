import { encodeJson } from "@weft/contracts";
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

/** What a handler gave, as JSON. Something that is no plain data is the handler's mistake. */
export function encodeAnswer(value: unknown, call: IncomingCall): Buffer {
  try {
    return encodeJson(value);
  } catch (error) {
    throw handlerError(new Error(`the answer cannot be sent: ${(error as Error).message}`), call);
  }
}
