import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "@weft/core";
import type { HookRunner } from "../hook-runner.js";
import type { Part } from "../plugin.js";
import { PluginError, textOf } from "../plugin-error.js";
import { type Config, deepFreeze, isPlainObject } from "./config.js";
import { deepMerge } from "./deep-merge.js";
import { addLayer, type Layer, type LayerSource, mergeLayers } from "./layers.js";

/** Adds a layer to the others: first the `merge` hooks from the top down, then everything they did not take care of. */
export async function mergeLayer(
  chain: readonly Part[],
  layers: readonly Layer[],
  added: { readonly source: LayerSource; readonly update: Config },
  runHook: HookRunner,
): Promise<readonly Layer[]> {
  const { source, update } = added;
  let current = mergeLayers(layers);
  let owned: Config = {};
  for (const part of chain) {
    if (part.merge === undefined) continue;
    const returned = await runHook({
      part,
      hook: "merge",
      config: current,
      invoke: (context) => part.merge?.(current, update, context),
    });
    const handled = checkReturn(part, "merge", returned);
    owned = { ...owned, ...handled };
    current = deepFreeze({ ...current, ...handled });
  }
  return addLayer(layers, { source, values: update, owned });
}

/** Lets the callback `serviceConfig` change what the layers say together. The names that it changed become a layer. */
export async function addServiceLayer(
  service: Part,
  layers: readonly Layer[],
  serviceConfig: (config: Config) => Config | Promise<Config>,
  runHook: HookRunner,
): Promise<readonly Layer[]> {
  const merged = mergeLayers(layers);
  const hook = "serviceConfig";
  const returned = await runHook({ part: service, hook, config: merged, invoke: () => serviceConfig(merged) });
  const config = checkReturn(service, hook, returned ?? null) ?? merged;
  const changed = Object.entries(config).filter(([name, value]) => !isDeepStrictEqual(value, merged[name]));
  return addLayer(layers, { source: "service", values: {}, owned: Object.fromEntries(changed) });
}

/** Lets the `config` hooks derive settings, each from what the one above it made. */
export async function runConfigHooks(chain: readonly Part[], merged: Config, runHook: HookRunner): Promise<Config> {
  let config = merged;
  for (const part of chain) {
    if (part.config === undefined) continue;
    const returned = await runHook({
      part,
      hook: "config",
      config,
      invoke: (context) => part.config?.(config, context),
    });
    config = checkReturn(part, "config", returned) ?? config;
  }
  return config;
}

/**
 * `config` with the parts that these plugins' schemas made of `unchecked`. Throws a ConfigError with all problems; it
 * quotes no values.
 */
export function checkConfig(parts: readonly Part[], unchecked: Config, config: Config): Config {
  const problems: string[] = [];
  const checked = new Map(Object.entries(config));
  for (const part of parts) {
    const { schema } = part.settings ?? {};
    if (schema === undefined) continue;
    const key = settingsKey(part);
    let result: ReturnType<typeof schema.safeParse>;
    try {
      result = schema.safeParse(ownConfig(part, unchecked) ?? {});
    } catch (error) {
      throw new PluginError("HOOK_FAILED", { plugin: part.name, hook: "settings.schema" }, textOf(error), error);
    }
    if (result.success) checked.set(key, result.data);
    else {
      for (const { path, message } of result.error.issues) {
        problems.push(`${[key, ...path.map(String)].join(".")}: ${message} (plugin "${part.name}")`);
      }
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(Object.fromEntries(checked));
}

/** Where a plugin's part of the configuration stands. */
export function settingsKey(part: Part): string {
  return part.settings?.key ?? part.name;
}

/** A plugin's part of the configuration. */
export function ownConfig(part: Part, config: Config): unknown {
  const key = settingsKey(part);
  return Object.hasOwn(config, key) ? config[key] : undefined;
}

/** A frozen copy of the configuration that a hook returned. */
function checkReturn(part: Part, hook: string, returned: unknown): Config | undefined {
  if (returned === undefined) return undefined;
  const at = { plugin: part.name, hook };
  if (!isPlainObject(returned)) throw new PluginError("INVALID_RETURN", at, "returned no configuration");
  try {
    return deepFreeze(deepMerge({}, returned));
  } catch (error) {
    throw new PluginError("INVALID_RETURN", at, textOf(error), error);
  }
}
