import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { isAbsolute, join } from "node:path";
import { repositoryRoot } from "./repository.js";
import { within } from "./within.js";

/** A service as a process of its own, as it runs in production. */
export interface ServiceProcess {
  readonly pid: number;
  readonly meshAddress: string;
  readonly publicAddress: string;
  kill(signal: NodeJS.Signals): void;
  /** Ends with its exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  /** What it wrote, so far. */
  output(): string;
  /** The part of it on standard error. */
  errors(): string;
}

/** Starts `services/NAME`, or the program of an absolute path, and waits until it takes calls; if it ends before, throws with what it wrote. */
export async function startProcess(service: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const { child, output, errors, exited } = spawnService(service, env);
  const ready = new Promise<{ meshAddress: string; publicAddress?: string }>((resolve) =>
    child.on("message", resolve as never),
  );
  const message = await within(Promise.race([ready, exited]), `the start of ${service}`).catch((error) => {
    child.kill("SIGKILL");
    throw error;
  });
  if (typeof message !== "object" || message === null) throw new Error(`${service} ended (${message}): ${output()}`);
  return {
    pid: child.pid ?? 0,
    meshAddress: message.meshAddress,
    publicAddress: message.publicAddress ?? "",
    kill: (signal) => child.kill(signal),
    exited,
    output,
    errors,
  };
}

/** Runs `services/NAME` to its end. */
export async function runToEnd(service: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { child, output, errors, exited } = spawnService(service, env, args);
  try {
    return { code: await within(exited, `the end of ${service}`), output: output(), errors: errors() };
  } finally {
    child.kill("SIGKILL"); // nothing, if it has ended
  }
}

/** Starts `services/NAME`, or the program of an absolute path, and waits for nothing. */
export function spawnService(service: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const main = isAbsolute(service) ? service : join(repositoryRoot, "services", service, "dist", "main.js");
  const child: ChildProcess = fork(main, [...args], {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const chunks: string[] = [];
  const errorChunks: string[] = [];
  child.stdout?.on("data", (chunk) => chunks.push(String(chunk)));
  child.stderr?.on("data", (chunk) => {
    chunks.push(String(chunk));
    errorChunks.push(String(chunk));
  });
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, exited, output: () => chunks.join(""), errors: () => errorChunks.join("") };
}

/** Memory that a process really holds, in MB. Linux only. */
export async function residentMb(pid: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const [, pages] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
  return (Number(pages) * 4_096) / 1e6;
}
