import { Code, Reason, WeftError } from "@weft/core";

/** The error of a call whose request id another one of its caller's has, which is still under way. */
export function requestIdInUse(requestId: string): WeftError {
  return new WeftError(Code.AlreadyExists, `request_id "${requestId}" belongs to a call that is still under way`, {
    reason: Reason.RequestIdInUse,
  });
}
