import type { Callbacks, Implementations } from "./callback.js";
import type { Settings } from "./config/config.js";
import type { HookName, Hooks } from "./hooks.js";
import type { LifeCycleCallbacks } from "./life-cycle-callbacks.js";
import type { Service } from "./service/service.js";

/** A plugin that implements no callback of a service stands in any chain. */
export type NoCallbacks = Record<never, never>;

/** What a service has in common with its plugins: it is the top of its own chain. */
export interface Part<C extends Callbacks = NoCallbacks, Own = unknown> extends Hooks<Own> {
  readonly name: string;
  readonly settings?: Settings<Own>;
  /** Called without `this`. */
  readonly callbacks?: Partial<Implementations<C & LifeCycleCallbacks>>;
  /** How long each hook may take, where the service's limit does not fit. */
  readonly timeLimitsMs?: { readonly [Hook in HookName]?: number };
}

/** A reusable piece of behaviour. Creating one has no side effects. */
export interface Plugin<C extends Callbacks = NoCallbacks, Own = unknown> extends Part<C, Own> {
  /** What must be in the chain, below this plugin: it starts earlier, and callbacks reach it later. */
  readonly deps?: readonly string[];
  /** The same for what the catalogue may have. */
  readonly optional?: readonly string[];
  /** Callbacks reach this plugin before those. Brings nothing into the chain. */
  readonly before?: readonly string[];
  /** Callbacks reach this plugin after those. Brings nothing into the chain. */
  readonly after?: readonly string[];
  /** Members of one group start in the order in which they are listed, so callbacks reach the last one first. */
  readonly group?: string;
  /**
   * Members for the service's handle, for code that has the handle. Called once, when the service is created, before
   * anything has started; plugins that come later add none.
   */
  extend?(service: Service<C>): object;
}

/** The bottom of every chain. Listing it changes nothing. */
export const base: Part = Object.freeze({ name: "base" });

/** The name that a list means by a plugin or by its name. */
export function nameOf(plugin: Part | string): string {
  return typeof plugin === "string" ? plugin : plugin.name;
}
