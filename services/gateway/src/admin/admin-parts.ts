import type { Clock } from "@weft/core";
import type { Mesh } from "@weft/mesh";

/** What the admin actions work on. */
export interface AdminParts {
  readonly mesh: Mesh;
  readonly clock: Clock;
}
