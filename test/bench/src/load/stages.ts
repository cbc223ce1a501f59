import type { Usage } from "./actor.js";
import { type Child, startChild } from "./child.js";

/** A process of a turn: its part in the play, and the module that it runs. */
export interface Stage {
  readonly name: string;
  readonly module: URL;
}

export type Stages = ReadonlyMap<string, Child>;

/** Starts the processes one after the other, each knowing the addresses of those before, and ends them in reverse. */
export async function withStages<T>(stages: readonly Stage[], work: (running: Stages) => Promise<T>): Promise<T> {
  const running = new Map<string, Child>();
  try {
    let addresses = {};
    for (const { name, module } of stages) {
      const child = await startChild(module, addresses);
      running.set(name, child);
      addresses = { ...addresses, ...child.addresses };
    }
    return await work(running);
  } finally {
    for (const child of [...running.values()].reverse()) await child.end();
  }
}

/** The address by this name that one of the processes gave. */
export function addressOf(running: Stages, name: string): string {
  for (const { addresses } of running.values()) if (addresses[name] !== undefined) return addresses[name];
  throw new Error(`no process gave an address "${name}"`);
}

/** What each process has used so far. */
export async function usageOf(running: Stages): Promise<ReadonlyMap<string, Usage>> {
  const usages = [...running].map(async ([name, child]) => [name, await child.ask<Usage>("usage", {}, 5_000)] as const);
  return new Map(await Promise.all(usages));
}
