import { Code, Reason, WeftError } from "@weft/core";
import type { Call } from "../call.js";

/** The error of a call whose time is up: it says how long the limit was, and whose. */
export function timedOut({ startedAt, deadlineAt, deadlineClock, request }: Call, nowMs: number): WeftError {
  const limitMs = Math.max(0, Math.round(deadlineAt - startedAt)); // it may have run out on the way here
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${limitMs}ms`, {
    reason: Reason.Timeout,
    metadata: { clock: deadlineClock, hop: String(request.hop), elapsed_ms: String(Math.round(nowMs - startedAt)) },
  });
}
