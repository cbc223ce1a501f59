import type { Clock, Logger } from "@weft/core";
import type { Config } from "../config/config.js";
import { ownConfig } from "../config/configure.js";
import type { HookRunner } from "../hook-runner.js";
import type { Part } from "../plugin.js";
import { PluginError } from "../plugin-error.js";
import { checkChildren } from "./children-check.js";
import { type Supervisor, supervise } from "./supervisor.js";

export interface StartedPluginsOptions {
  readonly runHook: HookRunner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeLimitMs: number;
  /** The children of a plugin have ended for good, so it no longer counts as started. */
  onFailed(part: Part, error: PluginError): void;
}

/** What runs: each part is stopped exactly once for each time that it started. */
export interface StartedPlugins {
  has(part: Part): boolean;
  /** The part of the configuration that a started plugin last got. */
  ownOf(part: Part): unknown;
  /** Starts them in this order. If one fails, those before it are stopped again, in reverse, and its error is thrown. */
  start(parts: readonly Part[], config: Config, stopping: AbortSignal): Promise<void>;
  /** Stops a plugin, then its children. A failure is logged and returned; the plugin counts as stopped either way. */
  stop(part: Part, config: Config): Promise<PluginError | undefined>;
  /** Notes the configuration that a started plugin goes on with. */
  adopt(part: Part, config: Config): void;
}

interface Started {
  own: unknown;
  readonly supervisor: Supervisor | undefined;
}

export function createStartedPlugins(options: StartedPluginsOptions): StartedPlugins {
  const { runHook, clock, logger, timeLimitMs, onFailed } = options;
  const records = new Map<Part, Started>();
  /** Their `start` took too long and has not come back: starting them again now would start them twice. */
  const hanging = new Set<Part>();

  async function startOne(part: Part, config: Config, stopping: AbortSignal): Promise<void> {
    if (hanging.has(part)) {
      const at = { plugin: part.name, hook: "start" };
      throw new PluginError("HOOK_TIMEOUT", at, "an earlier start has not come back yet");
    }
    const own = ownConfig(part, config);
    const returned = await runHook({
      part,
      hook: "start",
      config,
      stopping,
      invoke: (context) => part.start?.(own, context),
      late(pending) {
        hanging.add(part);
        const stop = () => runStop(part, own, config);
        // A start that fails in the end has nothing to stop, and its time limit has been reported.
        void pending.then(stop, () => {}).finally(() => hanging.delete(part));
      },
    });
    let children: ReturnType<typeof checkChildren>;
    try {
      children = checkChildren(part.name, returned);
    } catch (error) {
      await runStop(part, own, config);
      throw error;
    }
    const supervisor: Supervisor | undefined =
      children &&
      supervise(children, {
        plugin: part.name,
        clock,
        logger,
        timeLimitMs: part.timeLimitsMs?.stop ?? timeLimitMs,
        onFailed(error) {
          if (records.get(part) !== record) return;
          records.delete(part);
          onFailed(part, error);
        },
      });
    const record: Started = { own, supervisor };
    records.set(part, record);
  }

  async function runStop(part: Part, own: unknown, config: Config): Promise<PluginError | undefined> {
    try {
      await runHook({ part, hook: "stop", config, invoke: (context) => part.stop?.(own, context) });
      return undefined;
    } catch (error) {
      logger.error({ plugin: part.name, err: error }, "a plugin did not stop cleanly");
      return error as PluginError; // a hook runner throws nothing else
    }
  }

  async function stop(part: Part, config: Config): Promise<PluginError | undefined> {
    const record = records.get(part);
    if (record === undefined) return undefined;
    records.delete(part);
    const error = await runStop(part, record.own, config);
    await record.supervisor?.stop();
    return error;
  }

  return {
    has: (part) => records.has(part),
    ownOf: (part) => records.get(part)?.own,
    stop,
    async start(parts, config, stopping) {
      const begun: Part[] = [];
      try {
        for (const part of parts) {
          stopping.throwIfAborted();
          await startOne(part, config, stopping);
          begun.push(part);
        }
      } catch (error) {
        for (const part of begun.toReversed()) await stop(part, config);
        throw error;
      }
    },
    adopt(part, config) {
      const record = records.get(part);
      if (record !== undefined) record.own = ownConfig(part, config);
    },
  };
}
