import type { Callbacks } from "./callback.js";
import { ChainError, type ChainProblem } from "./chain-error.js";
import { orderPlugins } from "./order.js";
import { base, type Part, type Plugin } from "./plugin.js";
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

/**
 * The chain of a service from top to bottom: the service, its plugins and what they depend on, base. Of two plugins that
 * nothing orders, the one listed first stands higher. Throws a ChainError with every problem at once.
 */
export function planChain<C extends Callbacks>(options: PlanOptions<C>): readonly Part<C>[] {
  const { service, plugins, catalogue = [], base: bottom = base as Part<C> } = options;
  const problems: ChainProblem[] = checkPlugins(service, bottom, plugins, catalogue);
  if (problems.length > 0) throw new ChainError(String(service.name), problems);

  const known = new Map<string, Plugin<C>>();
  for (const plugin of catalogue) known.set(plugin.name, plugin);
  for (const plugin of plugins) if (typeof plugin !== "string") known.set(plugin.name, plugin);
  const listed = [...new Set(plugins.map(nameOf))].filter((name) => name !== bottom.name);

  const { members, startOrder, missing } = chooseMembers(service.name, listed, known, bottom.name);
  const ordered = orderPlugins(members, startOrder);
  problems.push(...missing);
  if (ordered.cycle !== undefined) problems.push(ordered.cycle);
  if (problems.length > 0) throw new ChainError(service.name, problems);
  return Object.freeze([service, ...ordered.chain, bottom]);
}

interface Choice<C extends Callbacks> {
  /** Everything that takes part, in order of rank: depth first, so a dependency ranks after what first brings it in. */
  readonly members: readonly Plugin<C>[];
  /** The order of starts that groups keep: as listed, what a plugin brought in right before it. */
  readonly startOrder: readonly string[];
  readonly missing: readonly ChainProblem[];
}

function chooseMembers<C extends Callbacks>(
  service: string,
  listed: readonly string[],
  known: ReadonlyMap<string, Plugin<C>>,
  bottom: string,
): Choice<C> {
  const members = new Map<string, Plugin<C>>();
  const startPosition = new Map<string, number>();
  const missing: ChainProblem[] = [];
  let listedAt = 0;

  function visit(name: string, needed: string, by: string): void {
    if (members.has(name) || name === bottom) return;
    const plugin = known.get(name);
    if (plugin === undefined) {
      const why = name === service ? "is the top of the chain and cannot be a dependency" : "is missing";
      missing.push({ code: "MISSING_PLUGIN", plugins: [name, by], message: `plugin "${name}" ${why}: ${needed}` });
      return;
    }
    members.set(name, plugin);
    for (const dep of plugin.deps ?? []) visit(dep, `plugin "${name}" of service "${service}" needs it`, name);
    for (const dep of plugin.optional ?? []) if (known.has(dep)) visit(dep, "", name);
    startPosition.set(name, listed.includes(name) ? listed.indexOf(name) : listedAt - 0.5);
  }
  for (const name of listed) {
    visit(name, `service "${service}" lists it`, service);
    listedAt += 1;
  }
  const startOrder = [...startPosition].sort(([, a], [, b]) => a - b).map(([name]) => name);
  return { members: [...members.values()], startOrder, missing };
}

function nameOf(plugin: Part | string): string {
  return typeof plugin === "string" ? plugin : plugin.name;
}
