import { Code, Reason, WeftError } from "@weft/core";
import { isLatest } from "@weft/mesh";

/** The answer to a question about a function that this gateway does not know. */
export function unknownFunction(service: string, name: string, version: string): WeftError {
  const shown = isLatest(version) ? "" : ` version ${version}`;
  return new WeftError(Code.NotFound, `no function ${service}.${name}${shown}`, {
    reason: Reason.FunctionNotFound,
    metadata: { service, function: name, version },
  });
}
