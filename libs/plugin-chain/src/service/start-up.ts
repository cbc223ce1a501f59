import type { Callbacks } from "../callback.js";
import type { LayerSource } from "../config/layers.js";
import type { Plugin } from "../plugin.js";
import type { Preparer } from "./prepare.js";
import type { Snapshot } from "./snapshot.js";
import { splitUpdate, type Update } from "./update.js";

/** The layers that a service starts with, the weakest first. */
export type StartLayers<C extends Callbacks> = readonly (readonly [
  LayerSource,
  Update<Plugin<C> | string> | undefined,
])[];

/** The snapshot that a service starts with: one `merge` pass for each layer, then `serviceConfig`, then `config`. */
export async function prepareStart<C extends Callbacks>(
  preparer: Preparer<C>,
  layers: StartLayers<C>,
): Promise<Snapshot<C>> {
  let snapshot = preparer.first;
  for (const [source, update] of layers) {
    if (update === undefined) continue;
    const { listed, values } = splitUpdate(update);
    if (listed !== undefined) snapshot = preparer.withPlugins(snapshot, listed);
    snapshot = await preparer.withLayer(snapshot, { source, update: values });
  }
  return preparer.resolved(await preparer.withServiceLayer(snapshot));
}
