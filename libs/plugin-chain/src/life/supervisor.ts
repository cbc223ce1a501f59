import { type Clock, type Logger, sleep } from "@weft/core";
import type { Child, Children } from "../hooks.js";
import { PluginError, textOf } from "../plugin-error.js";

export interface SupervisorOptions {
  readonly plugin: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long children get to end. */
  readonly timeLimitMs: number;
  /** The children died too often: they have been stopped, for good. */
  onFailed(error: PluginError): void;
}

/** Keeps the children of one plugin running. */
export interface Supervisor {
  /** Ends the children and waits for them, up to the time limit. Repeatable. */
  stop(): Promise<void>;
}

interface Run {
  readonly life: AbortController;
  readonly ended: Promise<void>;
}

export function supervise(children: Children, options: SupervisorOptions): Supervisor {
  const { children: all, strategy = "one_for_one", maxRestarts = 3, withinMs = 5_000 } = children;
  const { plugin, clock, logger, timeLimitMs, onFailed } = options;
  const runs = new Map<Child, Run>();
  const deathsAt: number[] = [];
  let stopped: Promise<void> | undefined;

  function launch(child: Child): void {
    const life = new AbortController();
    // Starts in a microtask, so that a death at once finds everything in place.
    const work = Promise.resolve().then(() => child.run(life.signal));
    const ended = work.then(
      () => died(child, life.signal, "ended"),
      (error) => died(child, life.signal, textOf(error)),
    );
    runs.set(child, { life, ended });
  }

  function died(child: Child, signal: AbortSignal, reason: string): void {
    if (signal.aborted) return;
    runs.delete(child);
    logger.warn({ plugin, child: child.name, reason }, "a child died");
    if (countDeath() > maxRestarts) fail(child, reason);
    else if (strategy === "one_for_one") launch(child);
    else void restartAll();
  }

  function countDeath(): number {
    const now = clock.now();
    while (deathsAt[0] !== undefined && now - deathsAt[0] >= withinMs) deathsAt.shift();
    deathsAt.push(now);
    return deathsAt.length;
  }

  async function restartAll(): Promise<void> {
    await endAll();
    if (stopped === undefined) for (const child of all) launch(child);
  }

  function fail(child: Child, reason: string): void {
    const times = `more than ${maxRestarts} times in ${withinMs} ms`;
    const detail = `its children died ${times}, last "${child.name}": ${reason}`;
    void stop();
    onFailed(new PluginError("CHILDREN_FAILED", { plugin, hook: "children" }, detail));
  }

  async function endAll(): Promise<void> {
    const ending = [...runs.entries()];
    runs.clear();
    for (const [, { life }] of ending) life.abort();
    const timer = new AbortController();
    const tooLate = sleep(timeLimitMs, { clock, signal: timer.signal }).then(
      () => logger.error({ plugin, timeLimitMs }, "children of a plugin did not end in time and are left behind"),
      () => {}, // They ended first.
    );
    await Promise.race([Promise.all(ending.map(([, { ended }]) => ended)), tooLate]);
    timer.abort();
  }

  function stop(): Promise<void> {
    stopped ??= endAll();
    return stopped;
  }

  for (const child of all) launch(child);
  return { stop };
}
