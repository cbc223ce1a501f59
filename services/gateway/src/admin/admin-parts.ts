import type { Clock } from "@weft/core";
import type { Mesh, NearResults, RateLimits, RecentCalls } from "@weft/mesh";

/** What the admin actions work on. */
export interface AdminParts {
  readonly mesh: Mesh;
  readonly recentCalls: RecentCalls;
  readonly rateLimits: RateLimits;
  /** Absent: this gateway keeps no copies of results. */
  readonly nearResults: NearResults | undefined;
  /** What a service must send to push its functions. Absent: nobody may. */
  readonly pushToken: string | undefined;
  readonly clock: Clock;
}
