import type { Logger } from "@weft/core";
import type { Config } from "./config/config.js";

/** What every hook can see beside its arguments. */
export interface HookContext {
  readonly service: string;
  /** The whole configuration; a hook's own part is its first argument. */
  readonly config: Config;
  /** Fires when nobody waits for the hook any more: its time is up, or the service stops. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Work that goes on while its plugin is started. */
export interface Child {
  readonly name: string;
  /** Works until the signal fires, then ends. Ending earlier, in whatever way, is a death. */
  run(signal: AbortSignal): Promise<void>;
}

/** The children of one plugin, under one supervisor. They stop right after the plugin's `stop` hook. */
export interface Children {
  readonly children: readonly Child[];
  /** Who is started again when one dies: that one, the default, or all of them, for children that share state. */
  readonly strategy?: "one_for_one" | "one_for_all";
  /** Deaths within `withinMs` that are answered by a new start. One more and the plugin has failed. Defaults to 3. */
  readonly maxRestarts?: number;
  /** Defaults to 5,000. */
  readonly withinMs?: number;
}

type Awaitable<Value> = Value | Promise<Value>;

/**
 * The life of a plugin. Hooks run one at a time and must not wait for management calls of their own service. What they
 * throw is reported with the names of plugin and hook.
 */
export interface Hooks<Own> {
  /**
   * Merges part of one configuration layer itself: the answer holds the names it took care of, everything else merges as
   * usual. `current` is the configuration below the layer. Top first.
   */
  merge?(current: Config, update: Config, context: HookContext): Awaitable<Config | undefined>;
  /** Derives settings: the answer is the whole configuration as those below see it. Before any schema. Top first. */
  config?(config: Config, context: HookContext): Awaitable<Config | undefined>;
  /**
   * Begins work. Bottom first, so dependencies have started. After children that failed for good it runs again, without
   * a `stop` in between.
   */
  start?(own: Own, context: HookContext): Awaitable<Children | undefined>;
  /** Ends what `start` began: once for each successful start, dependants first. What it throws is only reported. */
  stop?(own: Own, context: HookContext): Awaitable<void>;
  /** Told of a new configuration that already holds; may ask to be stopped and started with it. Bottom first. */
  updated?(before: Own, after: Own, context: HookContext): Awaitable<"restart" | undefined>;
}

/** What has a time limit. */
export type HookName = keyof Hooks<unknown> | "serviceConfig" | "isReady" | "isDrained";
