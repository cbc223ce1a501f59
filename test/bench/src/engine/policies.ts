import { type Clock, silentLogger } from "@weft/core";
import {
  authorize,
  type Catalogue,
  createRecentCalls,
  createRetryBudgets,
  dispatch,
  failover,
  logCalls,
  type Pipeline,
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

/** Every policy by its name, as a gateway sets it up. */
export const policies = {
  "log-calls": () => logCalls({ logger: silentLogger }),
  "recent-calls": ({ clock }: Parts) => createRecentCalls({ clock }).plugin,
  "publish-events": ({ clock }: Parts) => publishEvents({ clock }),
  resolve: ({ catalogue, clock }: Parts) => resolve({ catalogue, clock }),
  "time-limit": () => timeLimit({ defaultMs: 5_000, maximumMs: 3_600_000 }),
  authorize: () => authorize(),
  validate: () => validate(),
  retry: ({ catalogue, clock }: Parts) =>
    retry({ catalogue, clock, random: Math.random, budgets: createRetryBudgets() }),
  failover: ({ clock }: Parts) => failover({ clock }),
  dispatch: ({ clock }: Parts) => dispatch({ clock, caller: "bench" }),
} satisfies Readonly<Record<string, (parts: Parts) => Plugin<Pipeline>>>;

export type PolicyName = keyof typeof policies;
