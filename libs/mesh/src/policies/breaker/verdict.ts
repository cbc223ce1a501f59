import { Code, Reason, type WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import { isNodeFailure } from "../../peers/failure.js";
import type { Attempt } from "../attempt.js";
import { isOfMesh, isOfTransport, wasNotProcessed } from "../processed.js";
import type { Verdict } from "./breaker.js";

/**
 * What an error says of the function on that node. Refusals say nothing, nor does the end of a client's own patience
 * while the node answered anybody: callers could take a function away by asking for the impossible.
 */
export function verdictOf(error: WeftError, { call, peer, startedMs }: Attempt): Verdict {
  if (error.code === Code.Cancelled || wasNotProcessed(error)) return "unknown";
  if (!isNodeFailure(error)) return isOfMesh(error) ? "unknown" : "succeeded";
  const isSilent = isOfTransport(error) && peer.ejection.isSilentSince(startedMs);
  return isOfClient(error, call) && !isSilent ? "unknown" : "failed";
}

/** True if nothing came from the node in time. */
export function isTimeout(error: WeftError): boolean {
  return isOfTransport(error) && error.reason === Reason.Timeout;
}

/** True if the time that ran out, here or at the node, was the client's deadline, shorter than the function's own. */
function isOfClient(error: WeftError, call: Call): boolean {
  if (!isOfMesh(error) || error.reason !== Reason.Timeout || call.deadlineClock !== "client") return false;
  const { clock } = error.metadata;
  return clock !== "first_item" && clock !== "idle"; // the clocks of streams are the function's
}
