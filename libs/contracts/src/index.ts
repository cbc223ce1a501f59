export { channelOptions } from "./channel-options.js";
export { descriptorSet } from "./descriptors.js";
export { type FunctionName, functionName, parseFunctionName, serviceName } from "./function-name.js";
export { functionHash, setRevision } from "./function-set.js";
export { errorFromGrpc, grpcStatus } from "./grpc-status.js";
export {
  type DecodedJson,
  decodeJson,
  decodeJsonObject,
  decodeListValue,
  decodeResult,
  decodeStruct,
  decodeValue,
  encodeJson,
  encodeListValue,
  encodeStruct,
  encodeValue,
  jsonToValue,
  type PayloadLimits,
  type PlainObject,
  payloadLimits,
  resultLimits,
} from "./payload/index.js";
export { errorFromStatus, meshDomain, statusFromError, transportError } from "./status.js";
