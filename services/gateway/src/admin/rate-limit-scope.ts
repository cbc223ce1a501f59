import { Code, Reason, type Violation, WeftError } from "@weft/core";
import { isScope } from "@weft/mesh";

/** The scope as it came; throws where it names none. */
export function checkedScope(scope: string): string {
  refuseViolations(scopeViolations(scope));
  return scope;
}

export function scopeViolations(scope: string): readonly Violation[] {
  return isScope(scope) ? [] : [{ field: "scope", description: "must be global or SERVICE.FUNCTION" }];
}

/** Throws INVALID_ARGUMENT with everything that is wrong, if anything is. */
export function refuseViolations(violations: readonly Violation[]): void {
  const [first, ...others] = violations;
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new WeftError(Code.InvalidArgument, `${first.field} ${first.description}${more}`, {
    reason: Reason.InvalidArgument,
    violations,
  });
}
