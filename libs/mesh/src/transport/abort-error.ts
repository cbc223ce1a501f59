import { Code, Reason, WeftError } from "@weft/core";

/** What a caller is told whose signal has fired. */
export function abortError(signal: AbortSignal): WeftError {
  if (signal.reason instanceof WeftError) return signal.reason;
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled });
}
