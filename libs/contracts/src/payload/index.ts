export { decodeResult } from "./decode-result.js";
export { type DecodedJson, decodeJson, decodeJsonObject } from "./json-decoder.js";
export { encodeJson } from "./json-encoder.js";
export { type PayloadLimits, payloadLimits, resultLimits } from "./limits.js";
export { decodeListValue, decodeStruct, decodeValue, type PlainObject } from "./struct-decoder.js";
export { encodeListValue, encodeStruct, encodeValue, jsonToValue } from "./value-encoder.js";
