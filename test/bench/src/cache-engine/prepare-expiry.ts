import { setImmediate } from "node:timers/promises";
import { createMemoryStore } from "@weft/cache";
import { type Clock, systemClock } from "@weft/core";
import type { Subject } from "../fresh-process.js";
import { type EngineWork, keysOf, valuesOf } from "./work.js";

/** All entries expire in the same millisecond and are removed. Begins each time with a collection, so that none falls into what is timed. */
export function prepare({ entries }: EngineWork): Subject {
  let nowMs = 0;
  const clock: Clock = { ...systemClock, now: () => nowMs };
  const store = createMemoryStore({ capacity: entries, clock });
  const keys = keysOf(entries, "user");
  const values = valuesOf(entries);
  const pauses: number[] = [];

  async function round(): Promise<void> {
    for (const [i, key] of keys.entries()) store.set(key, values[i] as (typeof values)[number], { ttl: 1_000 });
    globalThis.gc?.();
    await setImmediate();
    nowMs += 10_000;
    pauses.push(await longestTurn(async () => await store.cleanup(), entries));
  }

  return {
    prove: round,
    async batch(times) {
      for (let left = times; left > 0; left--) await round();
    },
    // The best round: in another one the engine may not be compiled yet, or the collector at work.
    figures: () => ({ pause: Math.min(...pauses) }),
  };
}

/**
 * The longest turn of the event loop until the work is done, in milliseconds: of time or of the processor's, whichever is
 * less. A machine that has other things to do takes the processor away for 4 ms and more at a time, and the processor's time
 * counts the collector's threads too, which stop nobody.
 */
async function longestTurn(work: () => Promise<number>, expected: number): Promise<number> {
  let longestMs = 0;
  let isDone = false;
  const working = work().then((count) => {
    isDone = true;
    if (count !== expected) throw new Error(`${count} removed instead of ${expected}`);
  });
  let from = process.cpuUsage();
  let fromMs = performance.now();
  while (!isDone) {
    await setImmediate();
    const { user, system } = process.cpuUsage(from);
    longestMs = Math.max(longestMs, Math.min((user + system) / 1_000, performance.now() - fromMs));
    from = process.cpuUsage();
    fromMs = performance.now();
  }
  await working;
  return longestMs;
}
