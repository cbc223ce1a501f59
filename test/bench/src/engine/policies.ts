import { type Clock, silentLogger } from "@weft/core";
import {
  afterHook,
  authorize,
  beforeHook,
  type Catalogue,
  createBulkhead,
  createRateLimits,
  createRecentCalls,
  createRetryBudgets,
  dispatch,
  failover,
  idempotency,
  logCalls,
  type Pipeline,
  place,
  publishEvents,
  resolve,
  retry,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";

interface Parts {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

const logger = silentLogger;
const caller = "bench";
const countWork = () => () => {};
const pool = { maxRunning: 1_000, maxQueued: 10_000 };

/** Every policy by its name, as a gateway sets it up, in the order of its pipeline. */
export const policies = {
  "log-calls": () => logCalls({ logger }),
  "recent-calls": ({ clock }: Parts) => createRecentCalls({ clock }).plugin,
  "publish-events": ({ clock }: Parts) => publishEvents({ clock }),
  resolve: ({ catalogue, clock }: Parts) => resolve({ catalogue, clock }),
  "time-limit": () => timeLimit({ defaultMs: 5_000, maximumMs: 3_600_000 }),
  "rate-limit": ({ clock }: Parts) => createRateLimits({ operator: {}, clock, logger }).plugin,
  authorize: ({ clock }: Parts) => authorize({ clock, logger, caller }),
  "before-hook": ({ clock }: Parts) => beforeHook({ clock, logger, caller }),
  validate: () => validate(),
  idempotency: ({ clock }: Parts) => idempotency({ clock, countWork }),
  bulkhead: ({ clock }: Parts) => createBulkhead({ limits: { unary: pool, stream: pool }, clock }).plugin,
  "after-hook": ({ clock }: Parts) => afterHook({ clock, logger, caller }),
  retry: ({ catalogue, clock }: Parts) =>
    retry({ catalogue, clock, random: Math.random, budgets: createRetryBudgets() }),
  place: ({ catalogue, clock }: Parts) => place({ catalogue, clock, logger, caller }),
  failover: ({ clock }: Parts) => failover({ clock, budgets: createRetryBudgets() }),
  dispatch: ({ clock }: Parts) => dispatch({ clock, caller }),
} satisfies Readonly<Record<string, (parts: Parts) => Plugin<Pipeline>>>;

export type PolicyName = keyof typeof policies;
