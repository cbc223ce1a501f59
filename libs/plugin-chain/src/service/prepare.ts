import type { Callbacks, Dispatch } from "../callback.js";
import { compileChain } from "../compile.js";
import type { Config } from "../config/config.js";
import { addServiceLayer, checkConfig, mergeLayer, runConfigHooks } from "../config/configure.js";
import { type LayerSource, mergeLayers } from "../config/layers.js";
import { secretPaths } from "../config/redact.js";
import type { HookRunner } from "../hook-runner.js";
import type { OnError } from "../kinds/notify.js";
import type { LifeCycleCallbacks } from "../life-cycle-callbacks.js";
import { makePlan } from "../plan.js";
import { base, type Part, type Plugin } from "../plugin.js";
import type { Snapshot } from "./snapshot.js";

export interface PreparerOptions<C extends Callbacks> {
  readonly service: Part<C>;
  readonly callbacks: C & LifeCycleCallbacks;
  /** What the service lists at first. */
  readonly plugins: readonly (Plugin<C> | string)[];
  readonly catalogue: readonly Plugin<C>[];
  readonly onError: OnError;
  readonly runHook: HookRunner;
}

/** Makes the snapshots that may follow the present one. Nothing is changed by it. */
export interface Preparer<C extends Callbacks> {
  readonly first: Snapshot<C>;
  /** With another list of plugins; no hook runs. */
  withPlugins(from: Snapshot<C>, listed: readonly (Plugin<C> | string)[]): Snapshot<C>;
  /** With one more layer of configuration: one pass of `merge` hooks. `config` stays what it was. */
  withLayer(from: Snapshot<C>, added: { source: LayerSource; update: Config }): Promise<Snapshot<C>>;
  /** With what the callback `serviceConfig` makes of the layers. */
  withServiceLayer(from: Snapshot<C>): Promise<Snapshot<C>>;
  /** With a configuration in which the settings of the plugins that `from` did not have are checked; no hook runs. */
  withNewSettings(from: Snapshot<C>, to: Snapshot<C>): Snapshot<C>;
  /** With the configuration that its layers amount to: one pass of `config` hooks. */
  resolved(from: Snapshot<C>): Promise<Snapshot<C>>;
}

const noConfig: Config = Object.freeze({});
const serviceBase: Part = { ...base, callbacks: { serviceConfig: (config) => config } };

export function createPreparer<C extends Callbacks>(options: PreparerOptions<C>): Preparer<C> {
  const { service, callbacks, plugins, catalogue, onError, runHook } = options;
  const first = compose(plugins, catalogue);

  function compose(
    listed: readonly (Plugin<C> | string)[],
    known: readonly Plugin<C>[],
    from?: Snapshot<C>,
  ): Snapshot<C> {
    const plan = makePlan<C>({ service, plugins: listed, catalogue: known, base: serviceBase as Part<C> });
    const chain = plan.chain as readonly Part[];
    return Object.freeze({
      revision: from?.revision ?? 0,
      listed,
      chain,
      reasons: plan.reasons,
      dispatch: compileChain(callbacks, plan.chain as readonly Part<C & LifeCycleCallbacks>[], { onError }),
      layers: from?.layers ?? [],
      unchecked: from?.unchecked ?? noConfig,
      config: from?.config ?? noConfig,
      secrets: new Set([...(from?.secrets ?? []), ...secretPaths(chain), ...secretPaths(known as readonly Part[])]),
    });
  }

  /** What names and dependencies refer to: a plugin of the present chain, else of the first, else of the catalogue. */
  function knownIn(from: Snapshot<C>): readonly Plugin<C>[] {
    const known = new Map<string, Plugin<C>>(catalogue.map((plugin) => [plugin.name, plugin]));
    for (const { chain } of [first, from]) {
      for (const part of chain.slice(1, -1)) known.set(part.name, part as Plugin<C>);
    }
    return [...known.values()];
  }

  return {
    first,
    withPlugins: (from, listed) => compose(listed, knownIn(from), from),
    withNewSettings(from, to) {
      const added = to.chain.filter((part) => !from.chain.includes(part));
      return Object.freeze({ ...to, config: checkConfig(added, to.unchecked, to.config) });
    },
    async withLayer(from, added) {
      return Object.freeze({ ...from, layers: await mergeLayer(from.chain, from.layers, added, runHook) });
    },
    async withServiceLayer(from) {
      const { serviceConfig } = from.dispatch as Dispatch<LifeCycleCallbacks>;
      return Object.freeze({
        ...from,
        layers: await addServiceLayer(service as Part, from.layers, serviceConfig, runHook),
      });
    },
    async resolved(from) {
      const unchecked = await runConfigHooks(from.chain, mergeLayers(from.layers), runHook);
      return Object.freeze({ ...from, unchecked, config: checkConfig(from.chain, unchecked, unchecked) });
    },
  };
}
