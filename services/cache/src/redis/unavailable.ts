import { Code, Reason, WeftError } from "@weft/core";

const retryAfterMs = 1_000;

/** The store cannot be reached. `processed` tells whether the operation may have happened all the same. */
export function unavailable(processed: "no" | "maybe", cause?: unknown): WeftError {
  return new WeftError(Code.Unavailable, "the store of the cache is not available", {
    reason: Reason.StoreUnavailable,
    metadata: { processed },
    retryAfterMs,
    ...(cause !== undefined && { cause }),
  });
}

/** So many operations wait for Redis that one more would only wait longer. */
export function tooManyWaiting(limit: number): WeftError {
  return new WeftError(Code.ResourceExhausted, `${limit} operations wait for the store of the cache`, {
    reason: Reason.Overloaded,
    metadata: { limit: String(limit) },
    retryAfterMs: 100,
  });
}
