import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "./summary.js";

/** A subject, as `timeInFreshProcess` takes it. */
export interface SideBySideSubject {
  /** The address of a module with a `prepare`. */
  readonly module: URL;
  /** For `prepare`; JSON. */
  readonly options: unknown;
}

export interface SideBySideTurn {
  /** Processes of each subject, one set after the other: where memory lies differs from one to the next. */
  readonly sets: number;
  readonly warmUpMs: number;
  /** Of each process. */
  readonly measureMs: number;
}

/** What a process is told, as its only argument. */
export interface SideBySideOrder {
  readonly module: string;
  readonly options: unknown;
  readonly warmUpMs: number;
}

/**
 * The nanoseconds that one piece of each subject's work takes: in processes of their own that live at the same time and have
 * their batches in turn, some milliseconds each. So a machine that is slow for some seconds is slow for all of them.
 */
export async function timeSideBySide(
  subjects: readonly SideBySideSubject[],
  { sets, warmUpMs, measureMs }: SideBySideTurn,
): Promise<readonly number[]> {
  const figures: number[][] = subjects.map(() => []);
  for (let set = 0; set < sets; set++) {
    const one = await timeSet(subjects, { warmUpMs, measureMs });
    for (const [i, ns] of one.entries()) figures[i]?.push(ns);
  }
  return figures.map(median);
}

async function timeSet(
  subjects: readonly SideBySideSubject[],
  { warmUpMs, measureMs }: Omit<SideBySideTurn, "sets">,
): Promise<readonly number[]> {
  const processes: ChildProcess[] = [];
  try {
    for (const { module, options } of subjects) {
      const order = JSON.stringify({ module: module.href, options, warmUpMs } satisfies SideBySideOrder);
      const child = fork(fileURLToPath(new URL("./time-on-demand.js", import.meta.url)), [order], {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      processes.push(child);
      await answerOf(child); // one after the other: a warm-up must not be disturbed by another
    }
    return await takeBatches(processes, measureMs * subjects.length);
  } finally {
    for (const child of processes) child.kill("SIGKILL");
  }
}

async function takeBatches(processes: readonly ChildProcess[], forMs: number): Promise<readonly number[]> {
  const batches: number[][] = processes.map(() => []);
  const endsAt = performance.now() + forMs;
  for (let first = 0; performance.now() < endsAt; first++) {
    for (let i = 0; i < processes.length; i++) {
      const at = (first + i) % processes.length; // none always follows the same other
      processes[at]?.send(0);
      batches[at]?.push(await answerOf(processes[at] as ChildProcess));
    }
  }
  return batches.map(undisturbed);
}

/** What a tenth of the batches come below: whatever disturbs one makes it longer. */
function undisturbed(batches: readonly number[]): number {
  return batches.toSorted((a, b) => a - b)[Math.floor(batches.length / 10)] ?? Number.NaN;
}

/** The next thing that a process says. Throws what it has written if it ends instead. */
async function answerOf(child: ChildProcess): Promise<number> {
  const errors: string[] = [];
  const note = (chunk: unknown) => errors.push(String(chunk));
  child.stderr?.on("data", note);
  const stop = new AbortController();
  try {
    const { signal } = stop;
    const ended = once(child, "close", { signal }).then(() => Promise.reject(new Error(errors.join(""))));
    const [answer] = (await Promise.race([once(child, "message", { signal }), ended])) as [number];
    return answer;
  } finally {
    stop.abort();
    child.stderr?.off("data", note);
  }
}

/** Lets each of those who are measured together ask for his own figure: the first one of a round has all of them measured. */
export function shared(measureAll: (sets: number) => Promise<readonly number[]>) {
  let round: { readonly figures: Promise<readonly number[]>; readonly asked: Set<number> } | undefined;
  return async (index: number, sets: number): Promise<number> => {
    if (round === undefined || round.asked.has(index)) round = { figures: measureAll(sets), asked: new Set() };
    round.asked.add(index);
    return (await round.figures)[index] ?? Number.NaN;
  };
}
