import { Code, codeName, Reason } from "@weft/core";

/** How an action may end instead of with an answer. */
export interface ActionError {
  readonly code: string;
  readonly reason: string;
  readonly when: string;
}

const error = (code: Code, reason: Reason, when: string): ActionError => ({ code: codeName(code), reason, when });

export const invalidArgument = error(
  Code.InvalidArgument,
  Reason.InvalidArgument,
  "a field is missing, empty, of another type or out of its range; the violations name it",
);
export const namespaceNotFound = error(
  Code.NotFound,
  Reason.NamespaceNotFound,
  "the settings of the cache declare no such namespace",
);
export const permissionDenied = error(
  Code.PermissionDenied,
  Reason.PermissionDenied,
  "the namespace is that of the mesh, and the call is not its own",
);
export const invalidPayload = error(
  Code.InvalidArgument,
  Reason.InvalidPayload,
  "the value is no JSON, or over 29 levels or 10,000 values",
);
export const cacheFull = error(
  Code.ResourceExhausted,
  Reason.CacheFull,
  "there is no room, and no entry that may go for it",
);
export const versionMismatch = error(Code.Aborted, Reason.VersionMismatch, "the entry has another version");
export const leaseEnded = error(Code.Aborted, Reason.LeaseEnded, "the token is not that of the lease granted now");
export const notAnInteger = error(
  Code.FailedPrecondition,
  Reason.NotAnInteger,
  "what is under the key is no integer of 64 bits",
);
export const sumOutOfRange = error(Code.OutOfRange, Reason.IntegerOverflow, "the sum has more than 64 bits");
export const tooManyStreams = error(
  Code.ResourceExhausted,
  Reason.TooManyStreams,
  "as many watches are under way as may be",
);
export const storeUnavailable = error(
  Code.Unavailable,
  Reason.StoreUnavailable,
  "what keeps the entries is away, and its changes go unseen",
);

/** What any action may end with. */
export const commonErrors = [invalidArgument, namespaceNotFound, permissionDenied];
/** What any write may end with. */
export const writeErrors = [cacheFull];
