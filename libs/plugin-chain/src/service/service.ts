import type { Callbacks, Dispatch } from "../callback.js";
import type { Config } from "../config/config.js";
import type { AdminStatus, Status } from "../life-cycle-callbacks.js";
import type { Plugin } from "../plugin.js";
import type { EnteredCall } from "./calls.js";
import type { ChangeReport } from "./change.js";
import type { DrainOptions } from "./drain.js";
import type { Update } from "./update.js";

export interface StartOptions<C extends Callbacks> {
  /** The strongest of the layers at start; its name `plugins` replaces the list. */
  readonly config?: Update<Plugin<C> | string>;
  /** Do everything but start the plugins; the admin status `active` does that later. */
  readonly paused?: boolean;
}

export interface ServiceInfo {
  readonly name: string;
  readonly adminStatus: AdminStatus;
  readonly status: Status;
  readonly reason: string | undefined;
  readonly changedAtWallTime: number;
  readonly lastError: { readonly message: string; readonly atWallTime: number } | undefined;
  /** From the top down. */
  readonly plugins: readonly { readonly name: string; readonly isStarted: boolean }[];
  /** Without secrets. */
  readonly config: Config;
  readonly inFlight: number;
  readonly revision: number;
}

/**
 * The handle of a service. Management calls run one at a time; those that cannot apply throw a ManagementError, those
 * that a plugin spoils a PluginError, and neither changes anything.
 */
export interface Service<C extends Callbacks> {
  readonly name: string;
  /**
   * The declared callbacks. A call counts as in flight until its answer, the promise of it or the stream that it is has
   * ended. Throws UNAVAILABLE while the service is paused or does not run.
   */
  readonly call: Dispatch<C>;
  /** For calls of several callbacks, which must all meet the same snapshot: the caller says when the call has ended. */
  enter(): EnteredCall<C>;
  readonly status: Status;
  readonly config: Config;
  readonly inFlight: number;

  /**
   * Merges the configuration, then starts from the bottom up. Throws if that fails: after a faulty configuration
   * nothing has happened; after a faulty start what had started is stopped, and the service tries again by itself until
   * it is stopped. Repeating it gives the same promise.
   */
  start(options?: StartOptions<C>): Promise<void>;
  /** Stops everything for good, calls in flight or not: drain first. Repeating it gives the same promise. */
  stop(): Promise<void>;
  /** `pause` refuses calls, `inactive` stops the plugins too, `active` undoes both. */
  setAdminStatus(status: AdminStatus, reason?: string): Promise<void>;
  /** Waits until no call is in flight and every plugin agrees; false after the limit. Refuses no calls: pause first. */
  drain(options?: DrainOptions): Promise<boolean>;

  /** Merges into the configuration; the name `plugins` replaces the list of plugins in the same transaction. */
  reconfigure(update: Update<Plugin<C> | string>): Promise<ChangeReport>;
  /** Puts a plugin on top of the list. Without `config` only what is new takes notice; one that is listed changes nothing. */
  addPlugin(plugin: Plugin<C> | string, config?: Config): Promise<ChangeReport>;
  /** Takes a plugin off the list; what only it depended on goes too. Its configuration stays. */
  removePlugin(name: string): Promise<ChangeReport>;
  replacePlugins(plugins: readonly (Plugin<C> | string)[]): Promise<ChangeReport>;
  /** Stops one plugin and starts it again. The status stays, unless that start fails. */
  restartPlugin(name: string): Promise<void>;

  /** False once a start has failed or a plugin was lost, until it is back. */
  isLive(): boolean;
  /** True if the service is running and every plugin says that calls may come. */
  isReady(): Promise<boolean>;
  info(): ServiceInfo;
  /** The same for people: the chain, the callbacks, the configuration, and why. */
  explain(): string;
}
