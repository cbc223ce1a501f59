import { Code, Reason, type WeftError } from "@weft/core";
import { isNodeFailure } from "../../peers/failure.js";
import type { Peer } from "../../peers/peer.js";
import { isOfMesh, isOfTransport, wasNotProcessed } from "../processed.js";
import type { Verdict } from "./breaker.js";

/**
 * What an error says of the function on that node. Refusals say nothing, nor does the end of a client's own patience
 * while the node answered others: callers could take a function away by asking for the impossible.
 */
export function verdictOf(error: WeftError, peer: Peer, startedMs: number): Verdict {
  if (error.code === Code.Cancelled || wasNotProcessed(error)) return "unknown";
  if (!isNodeFailure(error)) return isOfMesh(error) ? "unknown" : "succeeded";
  if (isOfClient(error) && !peer.ejection.isSilentSince(startedMs)) return "unknown";
  return "failed";
}

/** True if nothing came from the node in time. */
export function isTimeout(error: WeftError): boolean {
  return isOfTransport(error) && error.reason === Reason.Timeout;
}

/** True if the time that ran out was the client's deadline, shorter than the function's own. */
function isOfClient(error: WeftError): boolean {
  return isTimeout(error) && error.metadata.clock === "client";
}
