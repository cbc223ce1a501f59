import { Encoding, ExecuteRequest } from "@weft/contracts/gateway";
import { type Answer, type Arguments, argumentsOf, check, find, fromJson, toJson } from "../calls/work.js";

/** What clients of a gateway send, and those of the server without one too. */
export function requestOf(sequence: number): ExecuteRequest {
  return ExecuteRequest.fromPartial({
    service: "bench",
    function: "find",
    arguments: { $case: "argsJson", value: toJson(argumentsOf(sequence)) },
    resultEncoding: Encoding.ENCODING_JSON,
  });
}

/** Throws unless it is the outcome of the call of this sequence. */
export function checkOutcome(
  outcome: { readonly $case: string; readonly value: unknown } | undefined,
  sequence: number,
) {
  if (outcome?.$case !== "resultJson") throw new Error(`an outcome of ${outcome?.$case}`);
  check(fromJson<Answer>(outcome.value as Uint8Array), sequence);
}

/** The arguments as they came. */
export function argumentsJson({ arguments: given }: Pick<ExecuteRequest, "arguments">): Buffer {
  if (given?.$case !== "argsJson") throw new Error("the arguments are not JSON");
  return given.value;
}

/** What the function answers to arguments in JSON. */
export function found(json: Uint8Array): Buffer {
  return toJson(find(fromJson<Arguments>(json)));
}
