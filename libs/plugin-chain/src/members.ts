import type { Callbacks } from "./callback.js";
import type { ChainProblem } from "./chain-error.js";
import type { Plugin } from "./plugin.js";

export interface Members<C extends Callbacks> {
  /** Everything that takes part, in order of rank: depth first, so a dependency ranks after what first brings it in. */
  readonly plugins: readonly Plugin<C>[];
  /** Why each takes part. */
  readonly reasons: ReadonlyMap<string, string>;
  /** The order of starts that groups keep: as listed, what a plugin brought in right before it. */
  readonly startOrder: readonly string[];
  readonly missing: readonly ChainProblem[];
}

/** Who takes part in the chain of `service`: what it lists and, from what is known, what that depends on. */
export function chooseMembers<C extends Callbacks>(
  service: string,
  listed: readonly string[],
  known: ReadonlyMap<string, Plugin<C>>,
  bottom: string,
): Members<C> {
  const members = new Map<string, Plugin<C>>();
  const reasons = new Map<string, string>();
  const startPosition = new Map<string, number>();
  const missing: ChainProblem[] = [];
  let listedAt = 0;

  function visit(name: string, by: string, reason: string): void {
    if (members.has(name) || name === bottom) return;
    const plugin = known.get(name);
    if (plugin === undefined) {
      const fault = name === service ? "is the top of the chain, so nothing can stand above it" : "is missing";
      const message = `plugin "${name}" ${fault}: ${reason} in service "${service}"`;
      missing.push({ code: "MISSING_PLUGIN", plugins: [name, by], message });
      return;
    }
    members.set(name, plugin);
    reasons.set(name, reason);
    for (const dep of plugin.deps ?? []) visit(dep, name, `needed by "${name}"`);
    for (const dep of plugin.optional ?? []) if (known.has(dep)) visit(dep, name, `used by "${name}"`);
    startPosition.set(name, listed.includes(name) ? listed.indexOf(name) : listedAt - 0.5);
  }
  for (const name of listed) {
    visit(name, service, `listed by "${service}"`);
    listedAt += 1;
  }
  const startOrder = [...startPosition].sort(([, a], [, b]) => a - b).map(([name]) => name);
  return { plugins: [...members.values()], reasons, startOrder, missing };
}
