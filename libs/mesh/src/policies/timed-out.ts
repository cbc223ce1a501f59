import { Code, Reason, WeftError } from "@weft/core";
import type { Call } from "../call.js";

/** What is said of a call's time. */
type LimitedCall = Pick<Call, "startedAt" | "deadlineAt" | "deadlineClock" | "request">;

/** The error of a call whose time is up: it says how long the limit was, and whose. */
export function timedOut(call: LimitedCall, nowMs: number): WeftError {
  const { startedAt, deadlineAt, deadlineClock, request } = call;
  const limitMs = Math.max(0, Math.round(deadlineAt - startedAt)); // it may have run out on the way here
  return new WeftError(Code.DeadlineExceeded, `Request timed out after ${limitMs}ms`, {
    reason: Reason.Timeout,
    metadata: { clock: deadlineClock, hop: String(request.hop), elapsed_ms: String(Math.round(nowMs - startedAt)) },
  });
}
