import { type Config, deepFreeze } from "./config.js";
import { deepMerge } from "./deep-merge.js";

/** Where settings come from, the weakest first; `service` is what the callback `serviceConfig` made of those before. */
export type LayerSource = "static" | "environment" | "start" | "service" | "reconfigure";

/** What one source says. Sources stay apart, and the configuration is computed from all of them. */
export interface Layer {
  readonly source: LayerSource;
  /** Merges into what lies below. */
  readonly values: Config;
  /** What `merge` hooks made of it: replaces whole names. */
  readonly owned: Config;
}

/** What the layers say together, the last one on top. */
export function mergeLayers(layers: readonly Layer[]): Config {
  let merged: Config = {};
  for (const { values, owned } of layers) merged = { ...deepMerge(merged, values), ...owned };
  return deepFreeze(merged);
}

/** The layers with one more on top. Two of one source become one, so that reconfiguring often costs no memory. */
export function addLayer(layers: readonly Layer[], added: Layer): readonly Layer[] {
  const top = layers.at(-1);
  if (top?.source !== added.source) return [...layers, added];
  const replaced = Object.entries(added.values).filter(([name]) => Object.hasOwn(top.owned, name));
  return [
    ...layers.slice(0, -1),
    {
      source: added.source,
      values: deepMerge(top.values, added.values),
      owned: { ...deepMerge(top.owned, Object.fromEntries(replaced)), ...added.owned },
    },
  ];
}

/** The strongest layer that says anything under a name, which is where its value comes from. */
export function sourceOf(layers: readonly Layer[], name: string): LayerSource | undefined {
  return layers.findLast(({ values, owned }) => Object.hasOwn(values, name) || Object.hasOwn(owned, name))?.source;
}
