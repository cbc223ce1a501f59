import { meshDomain } from "@weft/contracts";
import { Code, Reason, type WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";

/** True for an error of the mesh; false for one that a function gave. */
export function isOfMesh({ domain }: WeftError): boolean {
  return domain === undefined || domain === meshDomain;
}

/** True for what went wrong on the way, before anything of the node's was heard. */
export function isOfTransport({ domain }: WeftError): boolean {
  return domain === undefined;
}

/** True if the function surely never saw the call: it may run elsewhere, whatever the function does. */
export function wasNotProcessed(error: WeftError): boolean {
  if (!isOfMesh(error)) return false;
  switch (error.reason) {
    case Reason.Draining:
    case Reason.Paused:
    case Reason.FunctionNotFound: // the node's set changed a moment ago
      return true;
    case Reason.ConnectionLost:
      return error.metadata.processed === "no";
    default:
      return false;
  }
}

/** True if the function may have seen the call, and gave no answer that says how it went. */
export function mayBeProcessed(error: WeftError): boolean {
  if (!isOfMesh(error)) return false;
  if (error.reason === Reason.ConnectionLost) return error.metadata.processed !== "no";
  return error.code === Code.Internal || error.reason === Reason.Timeout;
}

// What grpc-js says of calls that met the end of a connection, beside UNAVAILABLE (grpc-node#2625).
const brokenOff = /RST_STREAM with code (2|7|8)|GOAWAY|Session closed/;

/** True if the call met the end of its connection or of its HTTP/2 stream, and neither side meant it. */
export function isBrokenOff(error: WeftError): boolean {
  return error.code === Code.Internal && isOfTransport(error) && brokenOff.test(error.message);
}

/** True if running the call twice does no harm. */
export function mayRunTwice(call: Call): boolean {
  return targetOf(call).variant.config.idempotent || call.request.idempotencyKey !== "";
}
