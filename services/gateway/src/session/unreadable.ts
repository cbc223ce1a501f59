import { Code, Reason, WeftError } from "@weft/core";

/** What a session ends with whose client says what nobody can make sense of. */
export function unreadable(what: string, cause?: unknown): WeftError {
  return new WeftError(Code.InvalidArgument, `Invalid request: Malformed request payload: ${what}`, {
    reason: Reason.InvalidPayload,
    ...(cause !== undefined && { cause }),
  });
}
