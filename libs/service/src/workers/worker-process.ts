import cluster from "node:cluster";
import type { ReadyMessage } from "../ready-message.js";

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** In order; or by our signal itself, if that came before the process could listen. */
export function endedWell({ code, signal }: Exit): boolean {
  return code === 0 || signal === "SIGTERM";
}

/** A process that does the work of this one, beside others like it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** Stays pending if the process ends before. */
  readonly ready: Promise<ReadyMessage>;
  readonly exited: Promise<Exit>;
  /** Asks it to finish what is under way, and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts this program again as a worker: it shares our public port, and ends itself when we are gone. */
export function forkWorker(env: Readonly<Record<string, string>>): WorkerProcess {
  const worker = cluster.fork(env);
  const child = worker.process;
  return {
    pid: child.pid,
    ready: new Promise((resolve) => {
      worker.on("message", (message: unknown) => {
        if ((message as ReadyMessage | null)?.type === "ready") resolve(message as ReadyMessage);
      });
    }),
    exited: new Promise((resolve) => {
      worker.on("error", () => {
        // Not even started. Any other error is a message that came too late for it; how it ended is still to come.
        if (child.pid === undefined) resolve({ code: null, signal: null });
      });
      worker.on("exit", (code, signal) => resolve({ code, signal }));
    }),
    stop: () => void child.kill("SIGTERM"),
    kill: () => void child.kill("SIGKILL"),
  };
}
