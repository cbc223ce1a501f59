import type { Clock, Logger } from "@weft/core";
import {
  afterHook,
  authorize,
  beforeHook,
  type Catalogue,
  createRetryBudgets,
  dispatch,
  failover,
  type Pipeline,
  resolve,
  retry,
  streamClocks,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";

export interface OutgoingPipelineOptions {
  readonly catalogue: Catalogue;
  /** Id of the node that calls. */
  readonly node: string;
  readonly timeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** What happens to every call that a function makes, in this order. Who asked is known already: nobody is authenticated here. */
export function outgoingPipeline(options: OutgoingPipelineOptions): readonly Plugin<Pipeline>[] {
  const { catalogue, node, timeoutMs, maxTimeoutMs, clock, random, logger } = options;
  const budgets = createRetryBudgets();
  const callbacks = { clock, logger, caller: node };
  return [
    resolve({ catalogue, clock }),
    timeLimit({ defaultMs: timeoutMs, maximumMs: maxTimeoutMs }),
    authorize(callbacks),
    beforeHook(callbacks),
    validate(),
    afterHook(callbacks),
    streamClocks({ clock }),
    retry({ clock, random, budgets }),
    failover({ clock, budgets }),
    dispatch({ clock, caller: node }),
  ];
}
