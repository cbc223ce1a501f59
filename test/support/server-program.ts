import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export interface ServerProgram {
  /** For errors. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  /** Defaults to that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Asked again and again; it must not throw. */
  isReady(): Promise<boolean>;
}

/** A program of somebody else's that tests need, as a process that can come and go. */
export interface ServerProcess {
  /** Waits until it is ready. */
  start(): Promise<void>;
  /** Kills it, as a crash does. */
  stop(): Promise<void>;
  /** To the running process, if there is one. */
  signal(name: NodeJS.Signals): void;
}

const startMs = 20_000;

/** Starts nothing yet. What runs when this process ends is killed with it. */
export function serverProcess({ name, path, args, env, isReady }: ServerProgram): ServerProcess {
  let child: ChildProcess | undefined;

  const killChild = () => {
    child?.kill("SIGKILL");
  };

  async function start(): Promise<void> {
    const started = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env });
    child = started;
    process.once("exit", killChild);
    let output = "";
    const collect = (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000);
    };
    started.stdout.on("data", collect);
    started.stderr.on("data", collect);

    const untilMs = Date.now() + startMs;
    while (!(await isReady())) {
      if (started.exitCode !== null) throw new Error(`${name} ended with ${started.exitCode}: ${output}`);
      if (Date.now() > untilMs) {
        await stop();
        throw new Error(`${name} is not ready after ${startMs} ms: ${output}`);
      }
      await delay(20);
    }
  }

  async function stop(): Promise<void> {
    process.off("exit", killChild);
    const stopped = child;
    child = undefined;
    if (stopped === undefined || stopped.exitCode !== null || stopped.signalCode !== null) return;
    stopped.kill("SIGKILL");
    await once(stopped, "exit");
  }

  return {
    start,
    stop,
    signal(name) {
      child?.kill(name);
    },
  };
}
