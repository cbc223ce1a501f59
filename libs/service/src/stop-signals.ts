import cluster from "node:cluster";
import type { Logger } from "@weft/core";

export interface StopActions {
  /** Lets what is under way finish, then ends the process. Called once. */
  readonly stop: () => void;
  /** What must end at once with this process. */
  readonly force?: () => void;
  readonly logger: Logger;
}

/**
 * Ends a process in order on SIGTERM, SIGINT or the end of its parent, and at once, with exit code 1, when asked again.
 * A worker leaves "at once" to the process over it, which gets the signals of a terminal too and passes them on.
 */
export function onStopSignals(process: NodeJS.Process, { stop, force, logger }: StopActions): void {
  const { worker } = cluster;
  let isStopping = false;
  const stopBy = (signal: string) => {
    if (isStopping && worker !== undefined && signal !== "disconnect") return;
    if (isStopping) {
      force?.();
      process.exit(1);
    }
    isStopping = true;
    logger.info({ signal }, "stopping: finishing what is under way");
    stop();
  };
  process.on("SIGTERM", () => stopBy("SIGTERM"));
  process.on("SIGINT", () => stopBy("SIGINT"));
  if (process.send !== undefined) process.on("disconnect", () => stopBy("disconnect")); // the parent is gone
  worker?.on("error", () => {}); // what the process over it cannot be told any more; its end comes as "disconnect"
}

/** A worker that takes calls finishes them, too, when the process over it is gone. By default it is ended there and then. */
export function finishWithoutPrimary(): void {
  const { worker } = cluster;
  worker?.once("disconnect", () => {
    worker.exitedAfterDisconnect = true;
  });
}
