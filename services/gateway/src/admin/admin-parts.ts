import type { Clock } from "@weft/core";
import type { Mesh, RateLimits, RecentCalls } from "@weft/mesh";

/** What the admin actions work on. */
export interface AdminParts {
  readonly mesh: Mesh;
  readonly recentCalls: RecentCalls;
  readonly rateLimits: RateLimits;
  readonly clock: Clock;
}
