import { encodeJson } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";
import { WrittenResult } from "../define/written-result.js";
import { tooLarge } from "../rpc/size-guard.js";
import type { IncomingCall } from "./hosting.js";

export interface AnswersOptions {
  readonly maxResponseBytes: number;
  /** Tells callers the text of a throw that is no WeftError. */
  readonly detailErrors: boolean;
}

/** What handlers give and throw, as it leaves the node. */
export interface Answers {
  /** As JSON. Something that is no plain data is the handler's mistake; something over the limit is refused by its size. */
  encode(value: unknown, call: IncomingCall, what: "response" | "item"): Buffer;
  /**
   * A WeftError reaches the caller as it is, in the domain of its service; anything else is INTERNAL with a fixed text and
   * the request id to find it in the log by.
   */
  failure(thrown: unknown, call: IncomingCall): WeftError;
}

export function createAnswers({ maxResponseBytes, detailErrors }: AnswersOptions): Answers {
  function failure(thrown: unknown, call: IncomingCall): WeftError {
    if (thrown instanceof WeftError)
      return thrown.domain === undefined ? thrown.with({ domain: call.service }) : thrown;
    const { requestId, logger } = call.context;
    logger.error({ err: thrown, function: `${call.service}.${call.functionName}` }, "a handler threw");
    const message = detailErrors ? `Internal Server Error: ${textOf(thrown)}` : "Internal Server Error";
    return new WeftError(Code.Internal, message, { reason: Reason.Internal, requestId, cause: thrown });
  }

  return {
    failure,
    encode(value, call, what) {
      const json = encoded(value, (problem) => failure(problem, call));
      if (json.length <= maxResponseBytes) return json;
      throw tooLarge(what, json.length, maxResponseBytes, "WEFT_MAX_RESPONSE_BYTES");
    },
  };
}

function encoded(value: unknown, failure: (problem: Error) => WeftError): Buffer {
  if (value instanceof WrittenResult) return value.json;
  try {
    return encodeJson(value);
  } catch (error) {
    throw failure(new Error(`the answer cannot be sent: ${(error as Error).message}`));
  }
}

function textOf(thrown: unknown): string {
  const hasMessage = typeof thrown === "object" && thrown !== null && "message" in thrown;
  return String(hasMessage ? thrown.message : thrown);
}
