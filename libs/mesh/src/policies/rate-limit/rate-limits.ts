import type { RateLimit } from "@weft/contracts/function";
import type { Clock, Logger } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { rateLimiterEvents } from "../../events/events.js";
import type { Pipeline } from "../../pipeline.js";
import { bounded } from "./key-value.js";
import type { Limit } from "./limit.js";
import { createLimitTable, type OperatorLimits } from "./limit-table.js";
import { localRateLimiter } from "./local-rate-limiter.js";
import { rateLimit } from "./rate-limit.js";
import type { RateLimiter, Usage } from "./rate-limiter.js";

export interface RateLimitsOptions {
  readonly operator: OperatorLimits;
  /** Whether calls pass when the limiter fails or is late. Defaults to true. */
  readonly failOpen?: boolean;
  /** Who counts. Defaults to a limiter in this process. */
  readonly limiter?: RateLimiter;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A limit, and how much of it one value has used. */
export interface LimitState extends Usage {
  readonly limit: Limit;
}

/** The rate limits of a process: the policy, and what operators ask of it. Scopes are `global` or `service.function`. */
export interface RateLimits {
  readonly plugin: Plugin<Pipeline>;
  /** Who counts. */
  readonly limiter: string;
  /**
   * The limits of a scope with that key, or with any if it is empty. `declared` is what a function of that name says of
   * itself. Uses nothing up. Throws what a limiter fails with.
   */
  state(of: CountedValue, declared: readonly RateLimit[]): Promise<readonly LimitState[]>;
  /** Replaces the operator's limits of a scope for the life of the process; calls that were counted stay so. */
  update(scope: string, limits: readonly RateLimit[]): void;
  /** Forgets the calls of one value. */
  reset(of: CountedValue): Promise<void>;
}

/** Whose calls, by which key, in which scope. */
export interface CountedValue {
  readonly scope: string;
  readonly key: string;
  readonly value: string;
}

export function createRateLimits(options: RateLimitsOptions): RateLimits {
  const { operator, clock, limiter = localRateLimiter({ clock }) } = options;
  const table = createLimitTable(operator, limiter);
  return {
    plugin: rateLimit({ ...options, limiter, table }),
    limiter: limiter.name,
    async state({ scope, key, value }, declared) {
      const kept = bounded(value);
      const limits = table.ofScope(scope, declared).filter((limit) => key === "" || limit.key === key);
      if (kept === undefined) return limits.map((limit) => ({ limit, current: 0, retryAfterMs: 0 }));
      return Promise.all(limits.map(async (limit) => ({ limit, ...(await limiter.usage(limit, kept)) })));
    },
    update: table.replace,
    async reset({ scope, key, value }) {
      const kept = bounded(value);
      if (kept !== undefined) await limiter.reset(scope, key, kept);
      if (rateLimiterEvents.reset.hasListeners) rateLimiterEvents.reset.publish({ key, scope });
    },
  };
}
