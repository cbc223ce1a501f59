import { Code, Reason, WeftError } from "@weft/core";
import type { Call } from "../call.js";

/** What a call is told whose time is up, or too short to begin with. */
export function timedOut({ startedAt, deadlineAt, deadlineClock, request }: Call, nowMs: number): WeftError {
  const limitMs = Math.round(deadlineAt - startedAt);
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${limitMs}ms`, {
    reason: Reason.Timeout,
    metadata: { clock: deadlineClock, hop: String(request.hop), elapsed_ms: String(Math.round(nowMs - startedAt)) },
  });
}
