import type { Children } from "../hooks.js";
import { PluginError } from "../plugin-error.js";

/** What a `start` hook returned, if it can be supervised. */
export function checkChildren(plugin: string, returned: unknown): Children | undefined {
  if (returned === undefined) return undefined;
  const wrong = (detail: string) => new PluginError("INVALID_RETURN", { plugin, hook: "start" }, detail);
  const { children, strategy, maxRestarts, withinMs } = Object(returned) as Record<string, unknown>;
  if (!Array.isArray(children)) throw wrong("returned neither nothing nor children");
  const names = new Set<unknown>();
  for (const child of children) {
    const { name, run } = Object(child) as Record<string, unknown>;
    if (typeof name !== "string" || typeof run !== "function") throw wrong("returned a child without name or run");
    if (names.has(name)) throw wrong(`returned two children named "${name}"`);
    names.add(name);
  }
  if (![undefined, "one_for_one", "one_for_all"].includes(strategy as string | undefined)) {
    throw wrong(`returned children with the strategy ${JSON.stringify(strategy)}`);
  }
  const isWhole = (value: unknown, least: number) => Number.isInteger(value) && (value as number) >= least;
  if (!isWhole(maxRestarts ?? 3, 0) || !isWhole(withinMs ?? 1, 1)) {
    throw wrong("returned children whose restart intensity is no whole number");
  }
  return returned as Children;
}
