import { Code, Reason, WeftError } from "@weft/core";
import type { Limit } from "./limit.js";
import type { Exceeded } from "./rate-limiter.js";

/** What a call over its limit is told. The value that was counted is not repeated. */
export function rateLimited({ limit, current, retryAfterMs }: Exceeded): WeftError {
  const { key, maxRequests, windowMs, scope } = limit;
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return new WeftError(Code.ResourceExhausted, `Rate limit exceeded. Please retry after ${seconds} seconds.`, {
    reason: Reason.RateLimited,
    retryAfterMs,
    quotaViolations: [{ subject: key, description: ruleOf(limit) }],
    metadata: {
      key,
      max_requests: String(maxRequests),
      current_requests: String(current),
      window_ms: String(windowMs),
      retry_after_ms: String(retryAfterMs),
      scope,
    },
  });
}

export function limiterUnavailable(cause: unknown): WeftError {
  return new WeftError(Code.Unavailable, "Rate limit service unavailable", {
    reason: Reason.RateLimiterUnavailable,
    retryAfterMs: 1_000,
    cause,
  });
}

/** A limit in words: "5 calls in 10000 ms for each user_id (global)". */
export function ruleOf({ key, maxRequests, windowMs, scope }: Limit): string {
  return `${maxRequests} calls in ${windowMs} ms for each ${key} (${scope})`;
}
