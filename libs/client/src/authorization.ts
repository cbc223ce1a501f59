import { Code, Reason, WeftError } from "@weft/core";

/** The value of the metadata `authorization` for a token. Throws INVALID_ARGUMENT, without the token, if it cannot be sent. */
export function authorization(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  // grpc-js would refuse it too, with an error that quotes it.
  throw new WeftError(Code.InvalidArgument, "token must be visible ASCII characters", {
    reason: Reason.InvalidArgument,
  });
}
