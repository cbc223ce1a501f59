import type { Clock, Logger } from "@weft/core";
import {
  authorize,
  type Catalogue,
  dispatch,
  failover,
  logCalls,
  type Pipeline,
  resolve,
  streamClocks,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import type { GatewaySettings } from "./config.js";

export interface PipelineOptions {
  readonly settings: GatewaySettings;
  readonly catalogue: Catalogue;
  /** Id of this gateway's node. */
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What happens to every call, in this order. A plugin of your own may stand anywhere among them. */
export function gatewayPipeline(options: PipelineOptions): readonly Plugin<Pipeline>[] {
  const { settings, catalogue, node, clock, logger } = options;
  return [
    logCalls({ logger }),
    resolve({ catalogue, clock }),
    timeLimit({ defaultMs: settings.timeoutMs, maximumMs: settings.maxTimeoutMs }),
    authorize(),
    validate(),
    streamClocks({ clock }),
    failover(),
    dispatch({ clock, caller: node }),
  ];
}
