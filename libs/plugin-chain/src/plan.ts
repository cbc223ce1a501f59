import type { Callbacks } from "./callback.js";
import { ChainError, type ChainProblem } from "./chain-error.js";
import { chooseMembers } from "./members.js";
import { orderPlugins } from "./order.js";
import { base, nameOf, type Part, type Plugin } from "./plugin.js";
import { checkPlugins } from "./plugin-check.js";

export interface PlanOptions<C extends Callbacks> {
  /** The service, which is the top of its own chain. */
  readonly service: Part<C>;
  /** What the service lists, most outward first: plugins, or names from the catalogue. */
  readonly plugins: readonly (Plugin<C> | string)[];
  /** What dependencies may bring in. A listed plugin goes before one of the same name here. */
  readonly catalogue?: readonly Plugin<C>[];
  /** The bottom of the chain. Defaults to one that implements nothing. */
  readonly base?: Part<C>;
}

/** A chain, and for each of its parts by name why it stands where it stands. */
export interface Plan<C extends Callbacks> {
  readonly chain: readonly Part<C>[];
  readonly reasons: ReadonlyMap<string, readonly string[]>;
}

/**
 * The chain of a service from top to bottom: the service, its plugins and what they depend on, base. Of two plugins that
 * nothing orders, the one listed first stands higher. Throws a ChainError with every problem at once.
 */
export function planChain<C extends Callbacks>(options: PlanOptions<C>): readonly Part<C>[] {
  return makePlan(options).chain;
}

/** `planChain`, with its reasons. */
export function makePlan<C extends Callbacks>(options: PlanOptions<C>): Plan<C> {
  const { service, plugins, catalogue = [], base: bottom = base as Part<C> } = options;
  const invalid = checkPlugins(service, bottom, plugins, catalogue);
  if (invalid.length > 0) throw new ChainError(String(service.name), invalid);

  const known = new Map<string, Plugin<C>>();
  for (const plugin of catalogue) known.set(plugin.name, plugin);
  for (const plugin of plugins) if (typeof plugin !== "string") known.set(plugin.name, plugin);
  const listed = [...new Set(plugins.map(nameOf))].filter((name) => name !== bottom.name);

  const members = chooseMembers(service.name, listed, known, bottom.name);
  const { chain: ordered, edges, cycle } = orderPlugins(members.plugins, members.startOrder);
  const chain = Object.freeze([service, ...ordered, bottom]);
  const problems: ChainProblem[] = [...members.missing, ...(cycle === undefined ? [] : [cycle]), ...checkKeys(chain)];
  if (problems.length > 0) throw new ChainError(service.name, problems);

  const reasons = new Map<string, readonly string[]>([[service.name, ["the service"]]]);
  for (const { name } of ordered) {
    const above = edges.filter(({ below }) => below === name).map(({ why }) => why);
    reasons.set(name, [members.reasons.get(name) ?? "", ...above]);
  }
  return { chain, reasons: reasons.set(bottom.name, ["the bottom"]) };
}

/** Settings that cannot be told apart: two schemas for one part would check each other's results. */
function checkKeys(chain: readonly Part[]): ChainProblem[] {
  const owners = new Map<string, string>();
  const problems: ChainProblem[] = [];
  for (const { name, settings } of chain) {
    const key = settings?.key ?? name;
    if (settings !== undefined && key === "plugins") {
      const message = `the settings of plugin "${name}" cannot stand under "plugins", which is the list of plugins`;
      problems.push({ code: "INVALID_PLUGIN", plugins: [name], message });
    }
    if (settings?.schema === undefined) continue;
    const owner = owners.get(key);
    if (owner !== undefined) {
      const message = `plugins "${owner}" and "${name}" both check the settings "${key}"`;
      problems.push({ code: "INVALID_PLUGIN", plugins: [owner, name], message });
    }
    owners.set(key, name);
  }
  return problems;
}
