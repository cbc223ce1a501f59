import type { RateLimit } from "@weft/contracts/function";
import type { FunctionVariant } from "../../catalogue/target.js";
import { valueFinder } from "./key-value.js";
import { globalScope, type Limit } from "./limit.js";
import type { RateLimiter, Take } from "./rate-limiter.js";

/** What an operator says of rate limits. */
export interface OperatorLimits {
  /** For the calls of all functions together. */
  readonly global?: readonly RateLimit[];
  /** By `service.function`, beside what the function says of itself. */
  readonly functions?: Readonly<Record<string, readonly RateLimit[]>>;
}

/** The limits that the calls of one function meet, ready to be asked. */
export interface PreparedLimits {
  readonly limits: readonly Limit[];
  readonly take: Take;
}

/** Which limits hold for which function. */
export interface LimitTable {
  /** Those of one definition of a function: the global ones first, then those of the function. */
  of(variant: FunctionVariant): PreparedLimits;
  /** Those of one scope, with what a function of that name declares. */
  ofScope(scope: string, declared: readonly RateLimit[]): readonly Limit[];
  /** Replaces what the operator says of a scope. Holds from the next call on. */
  replace(scope: string, limits: readonly RateLimit[]): void;
}

export function createLimitTable(operator: OperatorLimits, limiter: RateLimiter): LimitTable {
  const scopes = new Map(Object.entries(operator.functions ?? {}));
  scopes.set(globalScope, operator.global ?? []);
  let prepared = new WeakMap<FunctionVariant, PreparedLimits>();

  const ofScope = (scope: string, declared: readonly RateLimit[]): readonly Limit[] =>
    strictest(scope, [...(scopes.get(scope) ?? []), ...declared]);

  function prepare({ service, function: name, rateLimits }: FunctionVariant["config"]): PreparedLimits {
    const limits = [...ofScope(globalScope, []), ...ofScope(`${service}.${name}`, rateLimits)];
    return { limits, take: limiter.prepare(limits) };
  }

  return {
    of(variant) {
      let limits = prepared.get(variant);
      if (limits === undefined) {
        limits = prepare(variant.config);
        prepared.set(variant, limits);
      }
      return limits;
    },
    ofScope,
    replace(scope, limits) {
      if (limits.length === 0) scopes.delete(scope);
      else scopes.set(scope, limits);
      prepared = new WeakMap();
    },
  };
}

/** Limits that count the same calls are one: if the strictest of them admits a call, so do the others. */
function strictest(scope: string, limits: readonly RateLimit[]): readonly Limit[] {
  const byList = new Map<string, Limit>();
  for (const { key, maxRequests, windowMs } of limits) {
    const list = `${key}\n${windowMs}`;
    const other = byList.get(list)?.maxRequests ?? Number.POSITIVE_INFINITY;
    const valueIn = valueFinder(key);
    byList.set(list, { scope, key, maxRequests: Math.min(maxRequests, other), windowMs, valueIn });
  }
  return [...byList.values()];
}
