import { listKeys } from "../arguments/texts.js";
import { isObject } from "../shapes.js";
import type { LooseDefinition } from "./definition.js";

const requestKeys = ["user_id", "device_id", "ip_address"];

/**
 * Policies that go by an argument which nobody declares: a limit that counts no call, results that all share one place. What
 * is no list of names has rules of its own.
 */
export function undeclaredKeys({ args, openArguments, rateLimits, resultCache }: LooseDefinition): readonly string[] {
  if (openArguments === true) return [];
  const declared = isObject(args) ? Object.keys(args) : [];
  const limitKeys = listOf(rateLimits).map((limit) => (isObject(limit) ? limit.key : undefined));
  const cacheKeys = listOf(isObject(resultCache) ? resultCache.key : undefined);
  return [
    ...unknownNames("result_cache", cacheKeys, declared),
    ...unknownNames("rate_limits", limitKeys, [...declared, ...requestKeys]),
  ];
}

function unknownNames(field: string, keys: readonly unknown[], known: readonly string[]): readonly string[] {
  const unknown = keys.filter((key): key is string => typeof key === "string" && key !== "" && !known.includes(key));
  return unknown.length === 0 ? [] : [`${field} must name declared arguments, got ${listKeys(unknown)}`];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
