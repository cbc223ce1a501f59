import { setImmediate } from "node:timers/promises";
import type { Awaitable } from "../store/awaitable.js";

/** How many small steps, of a microsecond or two, make a slice: half a millisecond. */
export const sliceLength = 250;

/**
 * Does a slice of the work at a time until one has an answer: the first at once, so that little work needs no promise, the
 * others each in a turn of the event loop of its own, so that calls get theirs in between.
 */
export function inSlices<T>(slice: () => T | undefined): Awaitable<T> {
  return slice() ?? afterOthers(slice);
}

async function afterOthers<T>(slice: () => T | undefined): Promise<T> {
  for (;;) {
    await setImmediate();
    const answer = slice();
    if (answer !== undefined) return answer;
  }
}
