import type { Clock, Logger } from "@weft/core";
import {
  afterHook,
  authorize,
  beforeHook,
  type Catalogue,
  dispatch,
  failover,
  logCalls,
  type Pipeline,
  publishEvents,
  type RecentCalls,
  resolve,
  streamClocks,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import type { GatewaySettings } from "./config.js";

export interface PipelineOptions {
  readonly settings: GatewaySettings;
  /** Plugins of yours: outermost, unless they say `before` or `after` which policy they stand. */
  readonly plugins: readonly Plugin<Pipeline>[];
  readonly recentCalls: RecentCalls;
  readonly catalogue: Catalogue;
  /** Id of this gateway's node. */
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What happens to every call, in this order. */
export function gatewayPipeline(options: PipelineOptions): readonly Plugin<Pipeline>[] {
  const { settings, plugins, recentCalls, catalogue, node, clock, logger } = options;
  const callbacks = { clock, logger, caller: node };
  return [
    ...plugins,
    logCalls({ logger }),
    recentCalls.plugin,
    publishEvents({ clock }),
    resolve({ catalogue, clock }),
    timeLimit({ defaultMs: settings.timeoutMs, maximumMs: settings.maxTimeoutMs }),
    authorize(callbacks),
    beforeHook(callbacks),
    validate(),
    afterHook(callbacks),
    streamClocks({ clock }),
    failover(),
    dispatch({ clock, caller: node }),
  ];
}
