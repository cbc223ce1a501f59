import { Code, Reason, WeftError } from "@weft/core";
import { meshDomain } from "../status.js";

/** The refusal of a payload: `what` is wrong, `where` it is a path or a place in the bytes, `field` the path for programs. */
export function malformed(what: string, where: string, field: string): WeftError {
  const message = `Malformed request payload: ${what} at ${where}`;
  return new WeftError(Code.InvalidArgument, message, {
    reason: Reason.InvalidPayload,
    domain: meshDomain,
    violations: [{ field, description: message }],
  });
}
