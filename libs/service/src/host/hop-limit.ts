import { Code, Reason, WeftError } from "@weft/core";

// A cycle of services that call each other ends here.
const maxHops = 16;

/** Refuses a call that has passed too many engines. */
export function checkHops(hop: number): void {
  if (hop <= maxHops) return;
  throw new WeftError(Code.FailedPrecondition, `this call is more than ${maxHops} calls deep`, {
    reason: Reason.HopLimit,
    metadata: { allowed: String(maxHops) },
  });
}
