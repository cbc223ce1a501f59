import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { weftCommand } from "../../demo/dev-mesh.js";
import { repositoryRoot } from "../../support/repository.js";

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `weft` with these words, as a process, in the folder of the repository. */
export function startWeft(words: readonly string[], { cwd = repositoryRoot } = {}): Running {
  const { WEFT_GATEWAY, WEFT_TOKEN, ...env } = process.env;
  const child = spawn(process.execPath, [weftCommand, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const out = text(child.stdout).catch(() => ""); // a test may stop reading it
  const ended = Promise.all([code, out, text(child.stderr)]).then(([code, out, err]) => {
    return { code, out, err };
  });
  return { child, ended };
}

/** Runs `weft` to its end. */
export function weft(...words: string[]): Promise<Ended> {
  return startWeft(words).ended;
}
