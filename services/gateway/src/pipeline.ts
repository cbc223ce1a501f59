import type { Clock, Logger } from "@weft/core";
import {
  type AsyncResults,
  afterHook,
  authorize,
  beforeHook,
  type Catalogue,
  type CountWork,
  createBulkhead,
  createResultStore,
  createRetryBudgets,
  dispatch,
  failover,
  idempotency,
  logCalls,
  type NearResults,
  type Pipeline,
  place,
  publishEvents,
  type RateLimits,
  type RecentCalls,
  resolve,
  responseCache,
  retry,
  streamClocks,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import type { GatewaySettings } from "./config.js";
import { concurrencyLimits } from "./limit-settings.js";

export interface PipelineOptions {
  readonly settings: GatewaySettings;
  /** Plugins of yours: outermost, unless they say `before` or `after` which policy they stand. */
  readonly plugins: readonly Plugin<Pipeline>[];
  readonly recentCalls: RecentCalls;
  /** Find out who calls. */
  readonly identity: readonly Plugin<Pipeline>[];
  readonly rateLimits: RateLimits;
  readonly asyncResults: AsyncResults;
  /** Absent: the cache is asked for each result. */
  readonly nearResults: NearResults | undefined;
  readonly catalogue: Catalogue;
  readonly countWork: CountWork;
  /** Id of this gateway's node. */
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What happens to every call, in this order. */
export function gatewayPipeline(options: PipelineOptions): readonly Plugin<Pipeline>[] {
  const { settings, plugins, recentCalls, identity, rateLimits, asyncResults, catalogue, countWork, node } = options;
  const { clock, logger } = options;
  const budgets = createRetryBudgets();
  const store = createResultStore({ catalogue, near: options.nearResults, clock, logger });
  const callbacks = { clock, logger, caller: node };
  return [
    ...plugins,
    logCalls({ logger }),
    recentCalls.plugin,
    publishEvents({ clock }),
    ...identity,
    resolve({ catalogue, clock }),
    timeLimit({
      defaultMs: settings.timeoutMs,
      maximumMs: settings.maxTimeoutMs,
      answeredAtOnce: ["none", "async"],
    }),
    rateLimits.plugin,
    authorize(callbacks),
    beforeHook(callbacks),
    validate(),
    createBulkhead({ limits: concurrencyLimits(settings), clock }).plugin,
    asyncResults.plugin,
    idempotency({ clock, countWork }),
    responseCache({ store, countWork, clock, logger }),
    afterHook(callbacks),
    streamClocks({ clock }),
    retry({ catalogue, clock, random: Math.random, budgets }),
    place({ ...callbacks, catalogue }),
    failover({ clock, budgets }),
    dispatch({ clock, caller: node }),
  ];
}
