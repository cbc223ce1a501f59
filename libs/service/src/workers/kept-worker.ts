import { type Clock, createRestarts, type Logger, sleep } from "@weft/core";
import type { ReadyMessage } from "../ready-message.js";
import { endedWell, type WorkerProcess } from "./worker-process.js";

export interface KeptWorkerOptions {
  readonly launch: () => WorkerProcess;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** A worker that is started again when it dies. */
export interface KeptWorker {
  /** When it takes calls for the first time. Stays pending if it never does. */
  readonly ready: Promise<ReadyMessage>;
  /** True once it was told to stop and ended well; false if it did not end well, or died too often. */
  readonly ended: Promise<boolean>;
  /** Lets it finish what is under way. Repeatable. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Watches over a worker from its start. */
export function keepWorker(first: WorkerProcess, options: KeptWorkerOptions): KeptWorker {
  const { launch, clock, random, logger } = options;
  const restarts = createRestarts({ clock, random });
  const stopping = new AbortController();
  let current = first;
  let isReady = (_message: ReadyMessage) => {};
  const ready = new Promise<ReadyMessage>((resolve) => {
    isReady = resolve;
  });

  async function watch(): Promise<boolean> {
    for (;;) {
      restarts.started();
      void current.ready.then(isReady);
      const exit = await current.exited;
      if (stopping.signal.aborted) return endedWell(exit);
      const waitMs = restarts.died();
      const fields = { worker_pid: current.pid, code: exit.code, signal: exit.signal };
      if (waitMs === undefined) {
        logger.error(fields, "a worker ended too often in a row: giving up");
        return false;
      }
      logger.warn({ ...fields, wait_ms: waitMs }, "a worker ended unexpectedly, another one takes its place");
      const isTold = await sleep(waitMs, { clock, signal: stopping.signal }).then(
        () => false,
        () => true,
      );
      if (isTold) return true; // there is nothing to end
      current = launch();
    }
  }

  return {
    ready,
    ended: watch(),
    stop() {
      stopping.abort();
      current.stop();
    },
    kill() {
      stopping.abort();
      current.kill();
    },
  };
}
