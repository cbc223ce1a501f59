import type { Callbacks } from "../callback.js";
import type { StartedPlugins } from "../life/started-plugins.js";
import type { Part } from "../plugin.js";
import type { PluginError } from "../plugin-error.js";
import type { Calls } from "./calls.js";

/** Plugins that have left the chain but still run, because a call may reach them. */
export interface Departed {
  /** In the order in which they are to stop: dependants first. */
  add(parts: readonly Part[]): void;
  /** Stops those that no call can reach any more, unless they have come back. */
  stopReleased(): Promise<ReadonlyMap<Part, PluginError | undefined>>;
  /** Stops all of them, calls or not. */
  stopAll(): Promise<void>;
}

export function createDeparted<C extends Callbacks>(calls: Calls<C>, started: StartedPlugins): Departed {
  let waiting: readonly Part[] = [];

  /** A plugin may leave once more after it came back; its last departure counts. */
  function add(parts: readonly Part[]): void {
    waiting = [...waiting.filter((part) => !parts.includes(part)), ...parts.filter((part) => started.has(part))];
  }

  async function stop(parts: readonly Part[]): Promise<ReadonlyMap<Part, PluginError | undefined>> {
    const { config, chain } = calls.current;
    waiting = waiting.filter((part) => !parts.includes(part) && !chain.includes(part));
    const outcomes = new Map<Part, PluginError | undefined>();
    for (const part of parts) outcomes.set(part, await started.stop(part, config));
    return outcomes;
  }

  const gone = () => waiting.filter((part) => !calls.current.chain.includes(part));
  return {
    add,
    stopReleased: () => stop(gone().filter((part) => !calls.isHeld(part))),
    async stopAll() {
      await stop(gone());
    },
  };
}
