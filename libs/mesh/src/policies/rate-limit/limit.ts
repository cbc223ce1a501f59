import { functionName, serviceName } from "@weft/contracts";
import type { RateLimit } from "@weft/contracts/function";
import type { Call } from "../../call.js";

/** The scope of limits that count the calls of all functions together. Any other scope is `service.function`. */
export const globalScope = "global";

/**
 * One limit of one scope. Limits that agree in scope, key and window count the same calls, so they have one list for each
 * value between them.
 */
export interface Limit extends RateLimit {
  readonly scope: string;
  /** Whose call this is, as far as the key tells; undefined: nobody's, so the limit is skipped. */
  readonly valueIn: (call: Call) => string | undefined;
}

/** Every call of a window is remembered, 8 bytes each, so there is an end to it. */
export const maxRequestsRange = { min: 1, max: 1_000_000 } as const;
const windowMsRange = { min: 1, max: 2 ** 32 - 1 } as const;
const maxKeyLength = 128;
/** Every limit of a scope costs every call of it a look-up. */
export const maxLimitsPerScope = 16;

/** What is wrong with one limit, by field. */
export function limitProblems(limit: RateLimit): readonly (readonly [field: keyof RateLimit, problem: string])[] {
  const problems: [keyof RateLimit, string][] = [];
  const { key, maxRequests, windowMs } = limit;
  if (key === "" || key.length > maxKeyLength)
    problems.push([
      "key",
      `must be user_id, device_id, ip_address or an argument's name, 1 to ${maxKeyLength} characters`,
    ]);
  if (!isWithin(maxRequests, maxRequestsRange)) problems.push(["maxRequests", range(maxRequestsRange)]);
  if (!isWithin(windowMs, windowMsRange)) problems.push(["windowMs", range(windowMsRange)]);
  return problems;
}

/** Whether a text names a scope: `global`, or a function as `service.function`. */
export function isScope(text: string): boolean {
  if (text === globalScope) return true;
  const dot = text.indexOf("."); // names of services have none
  return dot > 0 && serviceName.test(text.slice(0, dot)) && functionName.test(text.slice(dot + 1));
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function isWithin(value: number, { min, max }: Range): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function range({ min, max }: Range): string {
  return `must be an integer from ${min} to ${max}`;
}
