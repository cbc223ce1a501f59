import { functionHash } from "@weft/contracts";
import type { FunctionConfig } from "@weft/contracts/function";
import type { Rejected } from "./compile-variant.js";
import type { FunctionVariant } from "./target.js";

/** A definition that cannot be used. */
export interface UnusableDefinition {
  /** Its place in the set. */
  readonly index: number;
  readonly config: FunctionConfig;
  readonly problems: readonly string[];
}

export interface AcceptedSet {
  readonly variants: readonly FunctionVariant[];
  /** How many of them came with this set; the others are kept from an earlier one. */
  readonly taken: number;
  readonly unusable: readonly UnusableDefinition[];
}

/** Prepares a definition for its calls, or says what is wrong with it. */
export type Compile = (config: FunctionConfig) => FunctionVariant | Rejected;

export interface AcceptOptions {
  readonly compile: Compile;
  readonly service: string;
  /** What is held of the service now, the latest last. */
  readonly held: readonly FunctionVariant[];
}

/**
 * Compiles the definitions of a service's whole set. Those held already are not compiled again, so what policies know of
 * them stays. A definition that cannot be used still counts as named: its last good one stays.
 */
export function acceptSet(functions: readonly FunctionConfig[], options: AcceptOptions): AcceptedSet {
  const { compile, service, held } = options;
  const byHash = new Map(held.map((variant) => [variant.config.hash, variant]));
  const lastGood = new Map(held.map((variant) => [nameOf(variant.config), variant]));
  const taken = new Map<string, FunctionVariant>();
  const unusable: UnusableDefinition[] = [];
  functions.forEach((published, index) => {
    const named = { ...published, service, mode: published.mode || "sync" };
    const config = { ...named, hash: functionHash(named) };
    const variant = byHash.get(config.hash) ?? compile(config);
    if ("problems" in variant) unusable.push({ index, config, problems: variant.problems });
    else if (taken.has(nameOf(config))) unusable.push({ index, config, problems: [definedTwice] });
    else taken.set(nameOf(config), variant);
  });

  const kept = new Map<string, FunctionVariant>();
  for (const { config } of unusable) {
    const variant = lastGood.get(nameOf(config));
    if (variant !== undefined && !taken.has(nameOf(config))) kept.set(nameOf(config), variant);
  }
  return { variants: [...taken.values(), ...kept.values()], taken: taken.size, unusable };
}

const definedTwice = "it is defined more than once in its set";

function nameOf({ function: name, version = "" }: FunctionConfig): string {
  return `${name}\n${version}`;
}
