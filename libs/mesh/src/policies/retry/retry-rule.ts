import { Code, type WeftError } from "@weft/core";
import type { Call } from "../../call.js";
import { isOfMesh, mayBeProcessed, mayRunTwice, wasNotProcessed } from "../processed.js";

const firstWaitMs = 100;
const longestWaitMs = 5_000;

// An answer that the same call would get again: arguments, permission and limits do not change by asking.
const final: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.ResourceExhausted,
  Code.Cancelled,
]);

/** True if a declared retry applies to what a call ended with. */
export function isRetryable(error: WeftError, call: Call): boolean {
  if (final.has(error.code)) return false;
  return !isOfMesh(error) || wasNotProcessed(error) || (mayBeProcessed(error) && mayRunTwice(call));
}

/** How long to wait before the k-th retry, k = 1, 2, 3, …: what the error asks for at least. */
export function waitBeforeRetryMs(k: number, error: WeftError, random: () => number): number {
  const ms = Math.min(longestWaitMs, firstWaitMs * 2 ** (k - 1)) * (0.5 + random());
  return Math.max(ms, error.retryAfterMs ?? 0);
}
