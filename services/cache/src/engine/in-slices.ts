import { setImmediate } from "node:timers/promises";
import type { Awaitable } from "../store/awaitable.js";

// Most that a slice takes. What it does last may come on top: a map that is written anew takes as long again.
const sliceMs = 0.5;
/** Of small steps, a microsecond or two each, so many pass between two looks at the time. A power of two. */
const stepsPerLook = 16;

/** What a piece of work may take of one turn of the event loop. */
export class Slice {
  #untilMs = 0;
  #steps = 0;

  begin(): void {
    this.#untilMs = performance.now() + sliceMs; // no other clock runs on within a turn
    this.#steps = 0;
  }

  /** Whether there is time for one more small step; always for the first few, so that little work is done at once. */
  hasTime(): boolean {
    return (++this.#steps & (stepsPerLook - 1)) !== 0 || performance.now() < this.#untilMs;
  }
}

/**
 * Does a slice of the work at a time until one has an answer: the first at once, so that little work needs no promise, the
 * others each in a turn of the event loop of its own, so that calls get theirs in between.
 */
export function inSlices<T>(work: (slice: Slice) => T | undefined): Awaitable<T> {
  const slice = new Slice();
  slice.begin();
  return work(slice) ?? afterOthers(work, slice);
}

async function afterOthers<T>(work: (slice: Slice) => T | undefined, slice: Slice): Promise<T> {
  for (;;) {
    await ownTurn();
    slice.begin();
    const answer = work(slice);
    if (answer !== undefined) return answer;
  }
}

let lastTurn: Promise<void> = Promise.resolve();

/** Waits for a turn of the event loop that no other sliced work of this process has: there may be any number of it. */
export function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => setImmediate());
  return lastTurn;
}
