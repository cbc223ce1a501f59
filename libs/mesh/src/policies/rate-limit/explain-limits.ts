import type { Call } from "../../call.js";
import type { ExplainedStep } from "../../explanation.js";
import type { Limit } from "./limit.js";
import { limiterUnavailable, rateLimited, ruleOf } from "./rate-limited.js";
import type { RateLimiter, Usage } from "./rate-limiter.js";

interface ExplainLimitsOptions {
  readonly limiter: RateLimiter;
  readonly failOpen: boolean;
}

/** How much of its limits a call's makers have left, and who says so. */
export async function explainLimits(
  limits: readonly Limit[],
  call: Call,
  options: ExplainLimitsOptions,
): Promise<ExplainedStep> {
  const { limiter, failOpen } = options;
  const step = { phase: "rate-limit", rule: limits.map(ruleOf).join("; ") || "no limits" };
  if (limits.length === 0) return { ...step, reason: "nothing is counted" };

  try {
    return { ...step, ...(await useOf(limits, call, limiter)) };
  } catch (error) {
    const reason = `the ${limiter.name} limiter fails: calls ${failOpen ? "pass" : "are refused"}`;
    return { ...step, reason, ...(!failOpen && { refusal: limiterUnavailable(error) }) };
  }
}

async function useOf(
  limits: readonly Limit[],
  call: Call,
  limiter: RateLimiter,
): Promise<Pick<ExplainedStep, "reason" | "details" | "refusal">> {
  const reasons: string[] = [];
  const details: object[] = [];
  let longest: { readonly limit: Limit; readonly usage: Usage } | undefined;
  for (const limit of limits) {
    const { key, scope, maxRequests, windowMs } = limit;
    const value = limit.valueIn(call);
    if (value === undefined) {
      reasons.push(`no ${key}: not counted (${scope})`);
      continue;
    }
    const usage = await limiter.usage(limit, value);
    if (usage.retryAfterMs > (longest?.usage.retryAfterMs ?? 0)) longest = { limit, usage };
    reasons.push(`${key}: ${usage.current} of ${maxRequests} used (${scope})`);
    const remaining = Math.max(0, maxRequests - usage.current);
    details.push({
      key,
      scope,
      max_requests: maxRequests,
      window_ms: windowMs,
      current_requests: usage.current,
      remaining,
    });
  }
  return {
    reason: reasons.join("; "),
    details: { limiter: limiter.name, limits: details },
    ...(longest && { refusal: rateLimited({ limit: longest.limit, ...longest.usage }) }),
  };
}
