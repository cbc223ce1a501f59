/**
 * The reasons of the mesh's own errors (`google.rpc.ErrorInfo.reason` in the domain `weft`): what programs match on.
 * The status code that goes with each is in the table of the README, "Errors".
 */
export const Reason = {
  InvalidPayload: "INVALID_PAYLOAD",
  MissingField: "MISSING_FIELD",
  InvalidArgument: "INVALID_ARGUMENT",
  PayloadTooLarge: "PAYLOAD_TOO_LARGE",
  Unauthenticated: "UNAUTHENTICATED",
  PermissionDenied: "PERMISSION_DENIED",
  AdminActionDenied: "ADMIN_ACTION_DENIED",
  FunctionNotFound: "FUNCTION_NOT_FOUND",
  FunctionDisabled: "FUNCTION_DISABLED",
  Overloaded: "OVERLOADED",
  TooManyStreams: "TOO_MANY_STREAMS",
  ReaderStalled: "READER_STALLED",
  NoNodesAvailable: "NO_NODES_AVAILABLE",
  DiscoveryNotReady: "DISCOVERY_NOT_READY",
  Draining: "DRAINING",
  Paused: "PAUSED",
  ConnectionLost: "CONNECTION_LOST",
  Timeout: "TIMEOUT",
  Cancelled: "CANCELLED",
  RequestIdInUse: "REQUEST_ID_IN_USE",
  HopLimit: "HOP_LIMIT",
  WrongCallShape: "WRONG_CALL_SHAPE",
  Internal: "INTERNAL",
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];
