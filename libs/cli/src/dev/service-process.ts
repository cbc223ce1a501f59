import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { type Clock, sleep } from "@weft/core";
import type { DevLog } from "./dev-log.js";
import { linesOf } from "./lines.js";
import { ProcessFailed } from "./process-failed.js";

/** Where a service that is ready can be reached. */
export interface Addresses {
  readonly meshAddress: string;
  readonly publicAddress: string | undefined;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it did not even start. */
  readonly error?: Error;
  /** The end of what it wrote on standard error. */
  readonly lastWords: readonly string[];
}

export interface ServiceProcess {
  readonly pid: number | undefined;
  /** Rejects with a ProcessFailed if the process ends, or stays silent, before it is ready. */
  readonly ready: Promise<Addresses>;
  /** Resolves when it has ended and all that it wrote is in the log. */
  readonly exited: Promise<Exit>;
  /** Asks it to finish what is under way, and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface LaunchOptions {
  readonly name: string;
  readonly nodePath: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: DevLog;
  readonly clock: Clock;
}

// Services start in a second or two; one that is silent for so long hangs.
const readyLimitMs = 30_000;

const maxLastWords = 20;

/** Starts a service as a process, which says over IPC when it is ready and ends itself when we are gone. */
export function launch(options: LaunchOptions): ServiceProcess {
  const { name, entry, log, clock } = options;
  const child = spawn(options.nodePath, ["--enable-source-maps", entry], {
    cwd: dirname(dirname(entry)),
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true, // a process group of its own: Ctrl-C in the terminal is ours alone, and the order of stopping too
  });
  const lastWords: string[] = [];
  const printed = Promise.all([forward(child, log, name), listen(child, log, name, lastWords)]);
  const exited = exitOf(child, printed, lastWords);
  return {
    pid: child.pid,
    ready: readiness(child, name, exited, clock),
    exited,
    stop: () => void child.kill("SIGTERM"),
    kill() {
      child.kill("SIGKILL");
      child.stdout?.destroy(); // else a process that it left behind would hold them open
      child.stderr?.destroy();
    },
  };
}

async function forward({ stdout }: ChildProcess, log: DevLog, name: string): Promise<void> {
  if (stdout === null) return;
  for await (const line of linesOf(stdout)) await log.line(name, line);
}

async function listen({ stderr }: ChildProcess, log: DevLog, name: string, lastWords: string[]): Promise<void> {
  if (stderr === null) return;
  for await (const line of linesOf(stderr)) {
    lastWords.push(line);
    if (lastWords.length > maxLastWords) lastWords.shift();
    await log.complaint(name, line);
  }
}

async function exitOf(child: ChildProcess, printed: Promise<unknown>, lastWords: readonly string[]): Promise<Exit> {
  const exit = await new Promise<Omit<Exit, "lastWords">>((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, error }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  await printed;
  return { ...exit, lastWords };
}

/** In words: `exit code 1`, `signal SIGKILL`. */
export function howItEnded({ code, signal, error }: Exit): string {
  if (error !== undefined) return error.message;
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

async function readiness(child: ChildProcess, name: string, exited: Promise<Exit>, clock: Clock): Promise<Addresses> {
  const over = new AbortController();
  const announced = new Promise<Addresses>((resolve) => {
    child.on("message", (message) => {
      if (isReady(message)) resolve({ meshAddress: message.meshAddress, publicAddress: message.publicAddress });
    });
  });
  const ended = exited.then((exit): never => {
    const { code, lastWords } = exit;
    throw new ProcessFailed(`${name} did not start (${howItEnded(exit)})`, { exitCode: code === 2 ? 2 : 1, lastWords });
  });
  const late = sleep(readyLimitMs, { clock, signal: over.signal }).then((): never => {
    throw new ProcessFailed(`${name} is not ready after ${readyLimitMs / 1_000} s`, { exitCode: 1 });
  });
  try {
    return await Promise.race([announced, ended, late]);
  } finally {
    over.abort();
    for (const lost of [ended, late]) lost.catch(() => {}); // of the race, which has said what matters
  }
}

function isReady(message: unknown): message is Addresses & { readonly type: "ready" } {
  const { type, meshAddress, publicAddress } = Object(message) as Record<string, unknown>;
  return type === "ready" && typeof meshAddress === "string" && ["string", "undefined"].includes(typeof publicAddress);
}
