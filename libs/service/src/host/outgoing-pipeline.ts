import type { Clock, Logger } from "@weft/core";
import {
  afterHook,
  authorize,
  beforeHook,
  type Catalogue,
  type CountWork,
  createResultStore,
  createRetryBudgets,
  dispatch,
  failover,
  type Pipeline,
  place,
  resolve,
  responseCache,
  retry,
  streamClocks,
  timeLimit,
  validate,
} from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";

export interface OutgoingPipelineOptions {
  readonly catalogue: Catalogue;
  readonly countWork: CountWork;
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
  const { catalogue, countWork, node, clock, random, logger } = options;
  const budgets = createRetryBudgets();
  const store = createResultStore({ catalogue, clock, logger });
  const callbacks = { clock, logger, caller: node };
  return [
    resolve({ catalogue, clock }),
    timeLimit({ defaultMs: options.timeoutMs, maximumMs: options.maxTimeoutMs }),
    authorize(callbacks),
    beforeHook(callbacks),
    validate(),
    responseCache({ store, countWork, clock, logger }),
    afterHook(callbacks),
    streamClocks({ clock }),
    retry({ catalogue, clock, random, budgets }),
    place({ ...callbacks, catalogue }),
    failover({ clock, budgets }),
    dispatch({ clock, caller: node }),
  ];
}
