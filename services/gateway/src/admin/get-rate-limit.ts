import type { GetRateLimitRequest, GetRateLimitResponse } from "@weft/contracts/admin";
import type { RateLimit } from "@weft/contracts/function";
import type { Catalogue } from "@weft/mesh";
import type { ServeUnary } from "@weft/service";
import type { AdminParts } from "./admin-parts.js";
import { checkedScope } from "./rate-limit-scope.js";

/** AdminService.GetRateLimit: the limits of a scope, and how much of them one caller has used. */
export function getRateLimit({ mesh, rateLimits }: AdminParts): ServeUnary<GetRateLimitRequest, GetRateLimitResponse> {
  return async ({ scope, key, value }) => {
    const declared = declaredLimits(mesh.catalogue, checkedScope(scope));
    const states = await rateLimits.state({ scope, key, value }, declared);
    return {
      limits: states.map(({ limit: { key, maxRequests, windowMs }, current }) => ({
        limit: { key, maxRequests, windowMs },
        scope,
        currentRequests: current,
        remaining: Math.max(0, maxRequests - current),
        limiter: rateLimits.limiter,
      })),
    };
  };
}

/** What the versions of a function say of themselves. */
function declaredLimits({ services }: Catalogue, scope: string): readonly RateLimit[] {
  const dot = scope.indexOf(".");
  const entry = services.get(scope.slice(0, dot))?.snapshot.get(scope.slice(dot + 1));
  return [...(entry?.versions.values() ?? [])].flatMap(({ variant }) => variant.config.rateLimits);
}
