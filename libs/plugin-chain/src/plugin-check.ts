import type { Callbacks } from "./callback.js";
import type { ChainProblem } from "./chain-error.js";
import { base, type Part, type Plugin } from "./plugin.js";

/** What is wrong with plugins that no compiler has seen: no name, a name that is taken, constraints that are no lists. */
export function checkPlugins<C extends Callbacks>(
  service: Part<C>,
  bottom: Part<C>,
  listed: readonly (Plugin<C> | string)[],
  catalogue: readonly Plugin<C>[],
): ChainProblem[] {
  return [
    ...[service, bottom].flatMap((part) => checkShape(part, "the service and its base")),
    ...checkList(listed, "the list", [service, bottom]),
    ...checkList(catalogue, "the catalogue", [service, bottom]),
  ];
}

function checkList(plugins: readonly unknown[], place: string, ends: readonly Part[]): ChainProblem[] {
  const problems: ChainProblem[] = [];
  const taken = new Map<string, unknown>(ends.map((end) => [end.name, end]));
  for (const plugin of plugins) {
    if (typeof plugin === "string" || plugin === base) continue;
    const wrong = checkShape(plugin, place);
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    const { name } = plugin as Plugin;
    const holder = taken.get(name);
    if (holder !== undefined && holder !== plugin) {
      const message = `two plugins are named "${name}" in ${place}`;
      problems.push({ code: "DUPLICATE_PLUGIN", plugins: [name], message });
    }
    taken.set(name, plugin);
  }
  return problems;
}

function checkShape(value: unknown, place: string): ChainProblem[] {
  const invalid = (message: string, ...plugins: string[]) => ({ code: "INVALID_PLUGIN" as const, plugins, message });
  if (typeof value !== "object" || value === null) return [invalid(`${place}: ${String(value)} is no plugin`)];
  const plugin = value as Record<string, unknown>;
  const { name } = plugin;
  if (typeof name !== "string" || name === "") return [invalid(`${place}: a plugin has no name`)];

  const problems: ChainProblem[] = [];
  for (const field of ["deps", "optional", "before", "after"]) {
    if (!isNameList(plugin[field])) problems.push(invalid(`"${field}" of plugin "${name}" is no list of names`, name));
  }
  const { group, callbacks } = plugin;
  if (group !== undefined && typeof group !== "string") {
    problems.push(invalid(`"group" of plugin "${name}" is no name`, name));
  }
  if (callbacks !== undefined && (typeof callbacks !== "object" || callbacks === null)) {
    problems.push(invalid(`"callbacks" of plugin "${name}" is no object`, name));
  }
  return problems;
}

function isNameList(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((name) => typeof name === "string"));
}
