import { decodeJsonObject, decodeStruct, type PlainObject } from "@weft/contracts";
import type { Call } from "../call.js";

/** The call's arguments as data, decoded on first use. No arguments are an empty object. Throws INVALID_PAYLOAD. */
export function callArguments(call: Call): PlainObject {
  if (call.args !== undefined) return call.args;
  const { payload } = call.request;
  if (payload?.$case === "argsJson") {
    const { value, verbatim } = decodeJsonObject(payload.value);
    call.args = value;
    call.argsVerbatim = verbatim;
  } else call.args = payload === undefined ? Object.create(null) : decodeStruct(payload.value);
  return call.args as PlainObject;
}
