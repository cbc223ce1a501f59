import type { Clock, Logger } from "@weft/core";
import type { Config } from "./config/config.js";
import type { HookContext, HookName } from "./hooks.js";
import { isPromise } from "./implementer.js";
import type { Part } from "./plugin.js";
import { PluginError, textOf } from "./plugin-error.js";

export interface HookRunnerOptions {
  readonly service: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For hooks whose plugin states no limit of its own. */
  readonly timeLimitMs: number;
}

export interface HookCall<Returned> {
  readonly part: Part;
  readonly hook: HookName;
  readonly config: Config;
  /** Fires when the service stops. */
  readonly stopping?: AbortSignal;
  invoke(context: HookContext): Returned | Promise<Returned>;
  /** Gets the hook that is still at work when its time is up. */
  late?(pending: Promise<Returned>): void;
}

/** Runs a hook of a plugin. Throws PluginErrors only. */
export type HookRunner = <Returned>(call: HookCall<Returned>) => Promise<Returned>;

/** Gives each hook its context and a time limit, and puts the names of plugin and hook on whatever goes wrong. */
export function createHookRunner({ service, clock, logger, timeLimitMs }: HookRunnerOptions): HookRunner {
  return async ({ part, hook, config, stopping, invoke, late }) => {
    const at = { plugin: part.name, hook };
    const limitMs = part.timeLimitsMs?.[hook] ?? timeLimitMs;
    const over = new AbortController();
    const failed = (error: unknown) => new PluginError("HOOK_FAILED", at, textOf(error), error);

    let pending: ReturnType<typeof invoke>;
    try {
      pending = invoke({ service, config, signal: over.signal, logger });
    } catch (error) {
      throw failed(error);
    }
    if (!isPromise(pending)) return pending;
    const work = Promise.resolve(pending);
    // Not AbortSignal.any, which would leave a trace of every hook on a signal that lives as long as the service.
    const stop = () => over.abort(stopping?.reason);
    stopping?.addEventListener("abort", stop);
    return new Promise((resolve, reject) => {
      const cancel = clock.after(limitMs, () => {
        const error = new PluginError("HOOK_TIMEOUT", at, `took longer than ${limitMs} ms`);
        reject(error);
        late?.(work);
        over.abort(error);
      });
      work
        .then(resolve, (error) => reject(failed(error))) // after the time limit neither changes anything
        .finally(() => {
          cancel();
          stopping?.removeEventListener("abort", stop);
        });
    });
  };
}
