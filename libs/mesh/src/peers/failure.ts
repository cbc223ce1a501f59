import { Code, type WeftError } from "@weft/core";

/**
 * True for an error that says something of the node and not of the call: what ejection and breakers count. Refusals are
 * left out, since a caller could take nodes away by asking for what he may not have.
 */
export function isNodeFailure({ code }: WeftError): boolean {
  return (
    code === Code.Unavailable || code === Code.DeadlineExceeded || code === Code.Internal || code === Code.DataLoss
  );
}
