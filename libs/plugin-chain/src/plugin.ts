import type { Callbacks, Implementations } from "./callback.js";

/** A plugin that implements no callback stands in any chain. */
export type NoCallbacks = Record<never, never>;

/** What a service has in common with its plugins: it is the top of its own chain. */
export interface Part<C extends Callbacks = NoCallbacks> {
  readonly name: string;
  /** Called without `this`. */
  readonly callbacks?: Partial<Implementations<C>>;
}

/** A reusable piece of behaviour. Creating one has no side effects. */
export interface Plugin<C extends Callbacks = NoCallbacks> extends Part<C> {
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
}

/** The bottom of every chain. Listing it changes nothing. */
export const base: Part = Object.freeze({ name: "base" });
