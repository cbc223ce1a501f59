import { Code, WeftError } from "@weft/core";

/** What a call failed with. A failure that is ours is found in the log by the request id; every other error is as it was. */
export function withRequestId(thrown: unknown, requestId: string): WeftError {
  const error = WeftError.from(thrown);
  return error.code === Code.Internal && error.requestId === undefined ? error.with({ requestId }) : error;
}
