import type { Measured, Turn } from "../benchmark.js";
import type { Usage } from "./actor.js";
import type { Load, LoadFigures } from "./drive-load.js";
import { type Stages, usageOf } from "./stages.js";

// What a load may take beyond its time: the last calls, each with its deadline, on a busy machine.
const graceMs = 10_000;

/** Has the process named `client` prove that it gets right answers. */
export async function proveAnswers(running: Stages): Promise<void> {
  await clientOf(running).ask("prove", {}, graceMs);
}

/** Runs that many callers until the processes of a turn are what they will be. */
export async function settle(callers: number, running: Stages, { settleMs = 0 }: Turn): Promise<void> {
  await loadFrom(running, callers)(settleMs);
}

/** A load of that many callers after its warm-up: the case itself, and a further one for each process. */
export function measureLoad(of: string, callers: number, running: Stages, turn: Turn): Promise<Map<string, Measured>> {
  return measured(of, running, turn, loadFrom(running, callers));
}

function loadFrom(running: Stages, callers: number): (forMs: number) => Promise<LoadFigures> {
  return (forMs) => clientOf(running).ask<LoadFigures>("load", { callers, forMs } satisfies Load, forMs + graceMs);
}

/** The same for a load from anywhere else, which `load` makes for so many milliseconds. */
export async function measured(
  of: string,
  running: Stages,
  { warmUpMs, measureMs }: Turn,
  load: (forMs: number) => Promise<LoadFigures>,
): Promise<Map<string, Measured>> {
  await load(warmUpMs);
  const before = await usageOf(running);
  const { calls, seconds, p50Ms, p99Ms } = await load(measureMs);
  const after = await usageOf(running);
  return new Map<string, Measured>([
    [of, { "calls/s": calls / seconds, p50: p50Ms, p99: p99Ms }],
    ...[...after].map(([name, usage]) => [`${of}, ${name}`, used(before.get(name), usage, calls)] as const),
  ]);
}

function used(before: Usage | undefined, after: Usage, calls: number): Measured {
  const cpuSeconds = after.cpuSeconds - (before?.cpuSeconds ?? 0);
  return { cpu: (cpuSeconds / calls) * 1_000, rss: after.rssMb };
}

function clientOf(running: Stages) {
  const client = running.get("client");
  if (client === undefined) throw new Error("nobody plays the client");
  return client;
}
