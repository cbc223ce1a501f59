import { meshDomain } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";

/** Why a call of a session may be sent again by other means: the gateway has not begun it. */
export const neverBegun = new WeftError(Code.Unavailable, "the session ended before the call was begun");

/** What becomes of the calls that a session leaves unanswered, by what it ended with. */
export function fateOf(end: WeftError): WeftError {
  if (wasRefused(end)) return neverBegun;
  return new WeftError(Code.Unavailable, "connection lost", {
    reason: Reason.ConnectionLost,
    metadata: { processed: "maybe" },
    retryAfterMs: 1_000,
    cause: end,
  });
}

/** True if the gateway did not look at the calls that it left unanswered, or never got them. */
function wasRefused({ code, reason, domain, metadata }: WeftError): boolean {
  if (code === Code.Unimplemented || code === Code.Unauthenticated) return true;
  if (domain === undefined) return metadata.processed === "no";
  if (domain !== meshDomain) return false;
  return refusals.has(reason);
}

// Under these a session finishes what it has begun, or does not begin at all.
const refusals: ReadonlySet<string> = new Set([
  Reason.Draining,
  Reason.Paused,
  Reason.TooManyStreams,
  Reason.AuthUnavailable,
]);

/** True if a call was refused for standing in a session: by an RPC of its own, it may have that request id. */
export function isForSessionsOnly({ reason, domain }: WeftError): boolean {
  return reason === Reason.RequestIdInUse && domain === meshDomain;
}
