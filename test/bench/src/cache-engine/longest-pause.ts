import { setImmediate } from "node:timers/promises";
import { createMemoryStore } from "@weft/cache";
import { type Clock, systemClock } from "@weft/core";
import { keysOf, valuesOf } from "./work.js";

/** The longest turn of the event loop, in milliseconds, while so many entries that have expired are removed. */
export async function longestPause(entries: number): Promise<number> {
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const store = createMemoryStore({ capacity: entries, clock });
  const values = valuesOf(entries);
  for (const [i, key] of keysOf(entries, "user").entries())
    store.set(key, values[i] as (typeof values)[number], { ttl: 1_000 + (i % 1_000) });
  await setImmediate();
  aheadMs = 10_000;

  let isDone = false;
  let longestMs = 0;
  let fromMs = performance.now();
  const cleaning = Promise.resolve(store.cleanup()).then((count) => {
    if (count !== entries) throw new Error(`${count} removed instead of ${entries}`);
    isDone = true;
  });
  while (!isDone) {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - fromMs);
    fromMs = nowMs;
    await setImmediate();
  }
  await cleaning;
  return longestMs;
}
