import { Code, Reason, WeftError } from "@weft/core";

// Long enough for a burst to pass; a client with patience spreads its own attempts around it.
const retryAfterMs = 1_000;

/** What a call is told that found every slot taken and the queue full. */
export function overloaded(pool: string, maxRunning: number, maxQueued: number): WeftError {
  return new WeftError(Code.ResourceExhausted, "Service temporarily unavailable", {
    reason: Reason.Overloaded,
    retryAfterMs,
    metadata: { pool, max_running: String(maxRunning), max_queued: String(maxQueued) },
  });
}
