import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Measured, Turn } from "./benchmark.js";

/** What a module that runs in a process of its own exports as `prepare`. */
export type Prepare<Options> = (options: Options) => Subject | Promise<Subject>;

/** A piece of work small enough to be measured in nanoseconds. */
export interface Subject {
  /** Throws unless the work is done right. Asked before anything is timed. */
  prove(): void | Promise<void>;
  /** Does the work that many times, in a loop. Throws if what came out of them all together is wrong. */
  batch(times: number): void | Promise<void>;
  /** What it has to say beside its time, found out after that. */
  figures?(): Measured;
  /** Ends what would keep the process alive. */
  end?(): void | Promise<void>;
}

export interface FreshProcessOptions {
  /** The address of a module with a `prepare`. */
  readonly module: URL;
  /** For `prepare`; JSON. */
  readonly options: unknown;
  readonly nodeFlags?: readonly string[];
  /** Defaults to 10 s, some 30 times what a turn takes: something hangs. */
  readonly limitMs?: number;
}

/**
 * Times a subject in a process of its own: in one process, a contestant's inline caches would be spoilt by those before
 * it, and the figures would say more about the order than about the work.
 */
export async function timeInFreshProcess(
  { module, options, nodeFlags = [], limitMs = 10_000 }: FreshProcessOptions,
  { warmUpMs, measureMs }: Turn,
): Promise<Measured> {
  const timer = fileURLToPath(new URL("./time-subject.js", import.meta.url));
  const order = JSON.stringify({ module: module.href, options, warmUpMs, measureMs } satisfies Order);
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeFlags, timer, order], { timeout: limitMs });
  const measured = JSON.parse(stdout) as Measured;
  if (!(Number(measured.ns) > 0)) throw new Error(`no time but ${JSON.stringify(stdout)}`);
  return measured;
}

/** What the process is told, as its only argument. */
export interface Order extends Turn {
  readonly module: string;
  readonly options: unknown;
}
