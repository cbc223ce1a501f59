import { setImmediate } from "node:timers/promises";
import type { MemoryStore } from "./memory-store.js";

// Some half a millisecond at 100,000 entries; other calls get their turn in between.
const sliceLength = 250;

/** Removes all entries that have expired by now, in slices, and answers how many. */
export async function reclaimAll(store: MemoryStore): Promise<number> {
  const nowMs = store.now();
  let total = 0;
  for (;;) {
    const count = store.reclaim(nowMs, sliceLength);
    total += count;
    if (count < sliceLength) return total;
    await setImmediate();
  }
}
