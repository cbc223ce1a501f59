export { channelOptions } from "./channel-options.js";
export { descriptorSet } from "./descriptors.js";
export { errorFromGrpc, grpcStatus } from "./grpc-status.js";
export { errorFromStatus, meshDomain, statusFromError, transportError } from "./status.js";
