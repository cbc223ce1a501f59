import { Code, type Violation, WeftError } from "@weft/core";

/** What is wrong with an argument that must lie in a range: a list of none or one. */
export function outside(argument: string, value: number, min: number, max: number): Violation[] {
  if (value >= min && value <= max) return [];
  return [{ field: `args.${argument}`, description: `${argument} must be from ${min} to ${max}, got ${value}` }];
}

/** The same for the number of answers: a whole number, and no more than fit into one response. */
export function wrongLimit(limit: number): Violation[] {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return [];
  return [{ field: "args.limit", description: `limit must be a whole number from 1 to 100, got ${limit}` }];
}

/** Refuses a call for all of its violations at once, if there are any. */
export function refuse(violations: readonly Violation[]): void {
  const [first, ...others] = violations;
  if (first === undefined) return;
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  throw new WeftError(Code.InvalidArgument, first.description + more, { violations });
}
