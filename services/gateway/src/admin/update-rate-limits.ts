import type { UpdateRateLimitsRequest, UpdateRateLimitsResponse } from "@weft/contracts/admin";
import type { RateLimit } from "@weft/contracts/function";
import type { Violation } from "@weft/core";
import { limitProblems, maxLimitsPerScope } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";
import { refuseViolations, scopeViolations } from "./rate-limit-scope.js";

/** AdminService.UpdateRateLimits: new limits of the operator's for a scope, from the next call until the gateway restarts. */
export function updateRateLimits({
  rateLimits,
}: AdminParts): ServeUnary<UpdateRateLimitsRequest, UpdateRateLimitsResponse> {
  return ({ scope, limits }) => {
    refuseViolations([...scopeViolations(scope), ...limitViolations(limits)]);
    rateLimits.update(scope, limits);
    return {};
  };
}

const wireNames = { key: "key", maxRequests: "max_requests", windowMs: "window_ms" } as const;

function limitViolations(limits: readonly RateLimit[]): readonly Violation[] {
  if (limits.length > maxLimitsPerScope)
    return [{ field: "limits", description: `must be at most ${maxLimitsPerScope}` }];
  return limits.flatMap((limit, index) =>
    limitProblems(limit).map(([field, description]) => ({
      field: `limits[${index}].${wireNames[field]}`,
      description,
    })),
  );
}
