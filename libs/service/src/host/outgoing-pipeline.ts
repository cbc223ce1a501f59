import type { Clock } from "@weft/core";
import {
  authorize,
  type Catalogue,
  dispatch,
  failover,
  type Pipeline,
  resolve,
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
}

/** What happens to every call that a function makes, in this order. Who asked is known already: nobody is authenticated here. */
export function outgoingPipeline(options: OutgoingPipelineOptions): readonly Plugin<Pipeline>[] {
  const { catalogue, node, timeoutMs, maxTimeoutMs, clock } = options;
  return [
    resolve({ catalogue, clock }),
    timeLimit({ defaultMs: timeoutMs, maximumMs: maxTimeoutMs }),
    authorize(),
    validate(),
    streamClocks({ clock }),
    failover(),
    dispatch({ clock, caller: node }),
  ];
}
