import { isDeepStrictEqual } from "node:util";
import type { Callbacks } from "../callback.js";
import { valueAt } from "../config/config.js";
import { ownConfig } from "../config/configure.js";
import type { Part } from "../plugin.js";
import { PluginError } from "../plugin-error.js";
import type { Departed } from "./departed.js";
import type { Host } from "./host.js";
import type { LifeCycle } from "./life-cycle.js";
import type { Snapshot } from "./snapshot.js";

/**
 * What a change meant for one plugin. `waiting`: it starts when the service does. `leaving`: it stops after the last call
 * that can reach it.
 */
export interface PluginOutcome {
  readonly plugin: string;
  readonly outcome: "started" | "kept" | "restarted" | "waiting" | "failed" | "stopped" | "leaving";
  /** What one of its hooks threw after the change held. */
  readonly error?: unknown;
}

/** A change that holds: every plugin that it met, those of the new chain from the top down, then those that left. */
export interface ChangeReport {
  readonly revision: number;
  readonly plugins: readonly PluginOutcome[];
}

export interface Change<C extends Callbacks> {
  readonly next: Snapshot<C>;
  /** Whether plugins are told by `updated`. */
  readonly tells: boolean;
}

/** Makes `next` the present snapshot. Throws, and leaves everything as it was, if a plugin that is new does not start. */
export type ApplyChange<C extends Callbacks> = (change: Change<C>) => Promise<ChangeReport>;

export function createApplyChange<C extends Callbacks>(
  host: Host<C>,
  lifeCycle: LifeCycle,
  departed: Departed,
): ApplyChange<C> {
  const { calls, started, board, runHook, stopping } = host;

  return async ({ next, tells }) => {
    const before = calls.current;
    const errors = new Map<Part, unknown>();
    const fresh = next.chain.toReversed().filter((part) => !started.has(part));
    const left = before.chain.filter((part) => !next.chain.includes(part));

    const isRunning = board.status === "running";
    if (isRunning) await started.start(fresh, next.config, stopping);
    if (next !== before) calls.replace(next);
    departed.add(left);

    // Who was leaving and has come back runs with the configuration that it left with.
    const isTold = (part: Part) =>
      started.has(part) && (tells || !(before.chain.includes(part) || fresh.includes(part)));
    const restarting = await tellAll(next.chain.filter(isTold), next, errors);
    await restartAll(restarting, next, errors);
    if (!isRunning && board.status === "failed") await tryAgain(next, errors);
    const stopErrors = await departed.stopReleased();

    const outcomeOf = (part: Part) => {
      if (!started.has(part)) return errors.has(part) ? "failed" : "waiting";
      if (fresh.includes(part)) return "started";
      return restarting.includes(part) ? "restarted" : "kept";
    };
    return {
      revision: calls.current.revision,
      plugins: [
        ...next.chain.slice(0, -1).map((part) => outcome(part, outcomeOf(part), errors.get(part))),
        ...left.map((part) => outcome(part, started.has(part) ? "leaving" : "stopped", stopErrors.get(part))),
      ],
    };
  };

  /** Tells these of the configuration, from the bottom up. The answer holds those who have to start again. */
  async function tellAll(
    parts: readonly Part[],
    next: Snapshot<C>,
    errors: Map<Part, unknown>,
  ): Promise<readonly Part[]> {
    const restarting: Part[] = [];
    for (const part of parts.toReversed()) {
      try {
        if (await tell(part, next)) restarting.push(part);
      } catch (error) {
        errors.set(part, error);
      }
    }
    return restarting;
  }

  async function tell(part: Part, next: Snapshot<C>): Promise<boolean> {
    const before = started.ownOf(part);
    started.adopt(part, next.config);
    const after = ownConfig(part, next.config);
    const { restart = [] } = part.settings ?? {};
    if (restart.some((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)))) return true;

    const returned = await runHook({
      part,
      hook: "updated",
      config: next.config,
      stopping,
      invoke: (context) => part.updated?.(before, after, context),
    });
    if (returned === undefined || returned === "restart") return returned === "restart";
    const at = { plugin: part.name, hook: "updated" };
    throw new PluginError("INVALID_RETURN", at, 'returned neither nothing nor "restart"');
  }

  async function restartAll(parts: readonly Part[], next: Snapshot<C>, errors: Map<Part, unknown>): Promise<void> {
    for (const part of parts) {
      await started.stop(part, next.config);
      try {
        await started.start([part], next.config, stopping);
      } catch (error) {
        errors.set(part, error);
        lifeCycle.lost(error);
      }
    }
  }

  /** The change may be the cure, so a service that has failed does not wait for its next attempt. */
  async function tryAgain(next: Snapshot<C>, errors: Map<Part, unknown>): Promise<void> {
    try {
      await lifeCycle.activate();
    } catch (error) {
      const culprit = next.chain.find(({ name }) => error instanceof PluginError && error.plugin === name);
      if (culprit !== undefined) errors.set(culprit, error);
    }
  }
}

function outcome(part: Part, what: PluginOutcome["outcome"], error: unknown): PluginOutcome {
  return { plugin: part.name, outcome: what, ...(error !== undefined && { error }) };
}
