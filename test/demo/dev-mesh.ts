import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { repositoryRoot } from "../support/repository.js";

/** The executable of the command line. */
export const weftCommand: string = join(repositoryRoot, "libs", "cli", "bin", "weft.js");

/** A process of the mesh, as the ready line of `weft dev --json` tells it. */
export interface MeshProcess {
  readonly name: string;
  readonly service: string;
  readonly pid: number;
  readonly meshAddress: string;
  readonly publicAddress?: string;
}

export interface DevMesh {
  /** Where clients reach it. */
  readonly gateway: string;
  readonly processes: readonly MeshProcess[];
  /** Their names, as `places.find`. */
  readonly functions: readonly string[];
  /** Of `weft dev` itself. */
  readonly pid: number;
  /** Sends a signal to `weft dev`. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code of `weft dev`, null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Drains and stops everything. Answers the exit code. */
  end(): Promise<number | null>;
}

export interface DevMeshOptions {
  /** The folder of the project. Defaults to this one. */
  readonly cwd?: string;
  /** Folders of services, and options. */
  readonly words?: readonly string[];
}

/** Runs `weft dev` as a process, at free ports, until it is ready. Rejects with what it wrote if it ends before that. */
export async function startDevMesh({ cwd = repositoryRoot, words = [] }: DevMeshOptions = {}): Promise<DevMesh> {
  const child = spawn(process.execPath, [weftCommand, "dev", "--listen", "127.0.0.1:0", "--json", ...words], {
    cwd,
    stdio: ["ignore", "pipe", "pipe", "ipc"], // with the channel it ends when we do, however we end
  });
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const complaints = text(child.stderr as Readable);
  const ready = new Promise<Pick<DevMesh, "gateway" | "processes" | "functions">>((resolve) => {
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      const message = JSON.parse(line);
      if (message.type === "ready") resolve(message);
    });
  });
  const failed = exited.then(async (code): Promise<never> => {
    throw new Error(`weft dev ended with exit code ${code}:\n${await complaints}`);
  });
  failed.catch(() => {}); // once it is ready, its end is no failure
  const { gateway, processes, functions } = await Promise.race([ready, failed]);
  return {
    gateway,
    processes,
    functions,
    pid: child.pid as number,
    signal: (signal) => void child.kill(signal),
    exited,
    end() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}
