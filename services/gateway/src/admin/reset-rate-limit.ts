import type { ResetRateLimitRequest, ResetRateLimitResponse } from "@weft/contracts/admin";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";
import { refuseViolations, scopeViolations } from "./rate-limit-scope.js";

/** AdminService.ResetRateLimit: a caller starts anew. */
export function resetRateLimit({ rateLimits }: AdminParts): ServeUnary<ResetRateLimitRequest, ResetRateLimitResponse> {
  return async ({ scope, key, value }) => {
    const blank = Object.entries({ key, value }).filter(([, text]) => text === "");
    refuseViolations([
      ...scopeViolations(scope),
      ...blank.map(([field]) => ({ field, description: "must not be blank" })),
    ]);
    await rateLimits.reset({ scope, key, value });
    return {};
  };
}
