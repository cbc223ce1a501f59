import type { Callbacks, Dispatch } from "../callback.js";
import type { Config } from "../config/config.js";
import type { Layer } from "../config/layers.js";
import type { LifeCycleCallbacks } from "../life-cycle-callbacks.js";
import type { Part, Plugin } from "../plugin.js";

/** Everything that a call can meet, as one value that never changes: a swap replaces it by one assignment. */
export interface Snapshot<C extends Callbacks> {
  /** Counts the swaps. */
  readonly revision: number;
  /** What the service lists. */
  readonly listed: readonly (Plugin<C> | string)[];
  /** From the service down to base. */
  readonly chain: readonly Part[];
  readonly reasons: ReadonlyMap<string, readonly string[]>;
  readonly dispatch: Dispatch<C & LifeCycleCallbacks>;
  readonly layers: readonly Layer[];
  /** After the `config` hooks, before the schemas: what a schema has checked it may not take for input again. */
  readonly unchecked: Config;
  readonly config: Config;
  /** Paths that are never shown, those of plugins that have left included. */
  readonly secrets: ReadonlySet<string>;
}
