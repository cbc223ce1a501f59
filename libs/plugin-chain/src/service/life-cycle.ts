import { type Backoff, type Clock, type Logger, Reason } from "@weft/core";
import type { Callbacks } from "../callback.js";
import { textOf } from "../plugin-error.js";
import type { Queue } from "../queue.js";
import type { Departed } from "./departed.js";
import type { Host } from "./host.js";

export interface LifeCycleOptions<C extends Callbacks> {
  readonly host: Host<C>;
  readonly departed: Departed;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long to wait before a failed start is tried again. */
  readonly backoff: Backoff;
  /** After running this long, waits are short again. */
  readonly calmMs: number;
}

/** Brings a service from one status to another. None of these may run beside each other: the queue sees to that. */
export interface LifeCycle {
  /** Starts what has not started. If that fails, the service is `failed`, tries again by itself, and the error is thrown. */
  activate(): Promise<void>;
  pause(reason?: string): void;
  /** Stops everything, dependants first. */
  deactivate(reason?: string): Promise<void>;
  /** A part of the chain no longer runs, so the service has failed and tries to start it again by itself. */
  lost(error: unknown): void;
}

export function createLifeCycle<C extends Callbacks>(options: LifeCycleOptions<C>): LifeCycle {
  const { host, departed, queue, clock, logger, backoff, calmMs } = options;
  const { calls, started, board, stopping } = host;
  let cancelRetry = () => {};
  let runningSince = clock.now();

  async function activate(): Promise<void> {
    cancelRetry();
    const { chain, config } = calls.current;
    const missing = chain.toReversed().filter((part) => !started.has(part));
    try {
      await started.start(missing, config, stopping);
    } catch (error) {
      lost(error);
      throw error;
    }
    runningSince = clock.now();
    calls.open();
    board.set("running");
  }

  function lost(error: unknown): void {
    board.note(error);
    if (board.admin !== "active" || stopping.aborted) return;
    if (board.status === "running" && clock.now() - runningSince >= calmMs) backoff.reset();
    board.set("failed", textOf(error));
    if (!calls.isOpen) calls.close(Reason.Draining);
    const waitMs = backoff.next();
    logger.error({ service: host.name, err: error, waitMs }, "the service has failed and tries again");
    cancelRetry();
    cancelRetry = clock.after(waitMs, () => {
      // The failure is on the board and in the log already.
      void queue.enqueue(retry).catch(() => {});
    });
  }

  async function retry(): Promise<void> {
    if (board.status === "failed" && board.admin === "active" && !stopping.aborted) await activate();
  }

  return {
    activate,
    lost,
    pause(reason) {
      cancelRetry();
      calls.close(Reason.Paused);
      if (board.status !== "paused") {
        board.set("pausing", reason);
        board.set("paused", reason);
      }
    },
    async deactivate(reason) {
      cancelRetry();
      calls.close(Reason.Draining);
      if (board.status === "stopped" || board.status === "unknown") return;
      board.set("stopping", reason);
      await departed.stopAll();
      const { chain, config } = calls.current;
      for (const part of chain) await started.stop(part, config);
      board.set("stopped", reason);
    },
  };
}
