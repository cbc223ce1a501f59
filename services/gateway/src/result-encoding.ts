import { jsonToValue } from "@weft/contracts";
import { Encoding, type ExecuteRequest } from "@weft/contracts/gateway";

/** How a client wants results: as it says; else as its arguments came; else as a Value. */
export function wantsJson({
  resultEncoding,
  arguments: payload,
}: Pick<ExecuteRequest, "resultEncoding"> & Partial<Pick<ExecuteRequest, "arguments">>): boolean {
  if (resultEncoding !== Encoding.ENCODING_UNSPECIFIED) return resultEncoding === Encoding.ENCODING_JSON;
  return payload?.$case === "argsJson";
}

/** JSON bytes as they are. */
export function asJson(json: Uint8Array): Buffer {
  return Buffer.from(json.buffer, json.byteOffset, json.byteLength);
}

/** JSON bytes as a `google.protobuf.Value`. */
export function asValue(json: Uint8Array): Buffer {
  return jsonToValue(json);
}

/** A result as the client wants it. */
export function encodedResult(
  request: Parameters<typeof wantsJson>[0],
  json: Uint8Array,
): { readonly $case: "result" | "resultJson"; readonly value: Buffer } {
  if (wantsJson(request)) return { $case: "resultJson", value: asJson(json) };
  return { $case: "result", value: asValue(json) };
}
