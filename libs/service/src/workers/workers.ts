import type { ReadyMessage } from "../ready-message.js";
import { type KeptWorker, type KeptWorkerOptions, keepWorker } from "./kept-worker.js";
import { endedWell, type WorkerProcess } from "./worker-process.js";

export interface WorkersOptions extends KeptWorkerOptions {
  readonly count: number;
}

/** All workers of a process. */
export interface Workers {
  /** When every one of them takes calls: what the first one said. Stays pending when they end before. */
  readonly ready: Promise<ReadyMessage>;
  /** When all have ended: what this process is to exit with. */
  readonly exitCode: Promise<number>;
  /** Lets them finish what is under way, all at the same time. Repeatable. */
  stop(): void;
  /** Ends them at once. */
  kill(): void;
}

/**
 * Starts the first worker, and the others when it is ready: settings that none can start with are complained of once, and
 * start nothing again. From then on each is started again when it dies; one that dies too often ends them all.
 */
export function startWorkers(options: WorkersOptions): Workers {
  const { count, launch } = options;
  const first = launch();
  let kept: readonly KeptWorker[] = [];
  let isStopping = false;
  let isReady = (_message: ReadyMessage) => {};
  const ready = new Promise<ReadyMessage>((resolve) => {
    isReady = resolve;
  });

  async function run(): Promise<number> {
    const early = await Promise.race([first.ready.then(() => undefined), first.exited]);
    if (early !== undefined) return isStopping && endedWell(early) ? 0 : early.code || 1;
    const others: readonly WorkerProcess[] = Array.from({ length: isStopping ? 0 : count - 1 }, launch);
    kept = [first, ...others].map((worker) => keepWorker(worker, options));
    if (isStopping) stop(); // it became ready just then
    void Promise.all(kept.map((worker) => worker.ready)).then(([message]) => message && isReady(message));
    const ends = kept.map(async ({ ended }) => {
      const isWell = await ended;
      stop(); // where it was not told to: the others must not go on without it
      return isWell;
    });
    return (await Promise.all(ends)).every(Boolean) ? 0 : 1;
  }

  function stop(): void {
    isStopping = true;
    for (const worker of kept.length > 0 ? kept : [first]) worker.stop();
  }

  return {
    ready,
    exitCode: run(),
    stop,
    kill() {
      isStopping = true;
      for (const worker of kept.length > 0 ? kept : [first]) worker.kill();
    },
  };
}
