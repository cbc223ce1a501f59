import { decodeListValue } from "@weft/contracts";

/** A callback as a function declares it. */
export interface CallbackReference {
  readonly name: string;
  /** Stand behind what the callback gets of the call. */
  readonly fixed: readonly unknown[];
}

/** `fixed` is a `google.protobuf.ListValue`. Throws INVALID_PAYLOAD if it is malformed. */
export function callbackReference(name: string, fixed: Uint8Array | undefined): CallbackReference {
  return { name, fixed: fixed === undefined ? [] : decodeListValue(fixed) };
}
