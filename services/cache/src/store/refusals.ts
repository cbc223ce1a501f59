import { Code, Reason, WeftError } from "@weft/core";

/** The errors that every store has in common. None of them quotes a value, and keys only where that helps. */

export function keyTooLong(actual: number, limit: number): WeftError {
  return tooLarge("key", `key has ${actual} bytes, over the limit of ${limit}`, { actual, limit });
}

/** `actual` is what the entry would be accounted with. */
export function entryTooLarge(actual: number, limit: number): WeftError {
  return tooLarge("value", `entry takes ${actual} bytes, over the limit of ${limit}`, { actual, limit });
}

function tooLarge(field: string, description: string, { actual, limit }: { actual: number; limit: number }): WeftError {
  return new WeftError(Code.InvalidArgument, description, {
    reason: Reason.InvalidArgument,
    violations: [{ field, description }],
    metadata: { actual: String(actual), limit: String(limit) },
  });
}

/** Nothing may go to make room: under a limit without eviction, or where all that is left never expires. */
export function noRoom(namespace: string, limit: "entries" | "bytes"): WeftError {
  const subject = namespace === "" ? "cache" : `cache namespace ${namespace}`;
  return new WeftError(Code.ResourceExhausted, `${subject} is full: its limit of ${limit} is reached`, {
    reason: Reason.CacheFull,
    quotaViolations: [{ subject, description: `limit of ${limit}` }],
  });
}

export function notAnInteger(key: string): WeftError {
  return new WeftError(Code.FailedPrecondition, `value under "${key}" is no integer of 64 bits`, {
    reason: Reason.NotAnInteger,
  });
}

export function sumOutOfRange(key: string): WeftError {
  return new WeftError(Code.OutOfRange, `sum under "${key}" has more than 64 bits`, {
    reason: Reason.IntegerOverflow,
  });
}
