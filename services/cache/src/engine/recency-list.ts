import { widen } from "./widen.js";

/**
 * The order of use over numbered slots: a circular doubly linked list in two typed arrays, so that a touch moves four
 * numbers and allocates nothing. Slot 0 is the joint: after it stands the most recent slot, before it the least recent.
 */
export class RecencyList {
  #next: Uint32Array;
  #previous: Uint32Array;

  /** Slots 1 to `slots` can be linked; none is yet. */
  constructor(slots: number) {
    this.#next = new Uint32Array(slots + 1);
    this.#previous = new Uint32Array(slots + 1);
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#next = widen(this.#next, slots + 1);
    this.#previous = widen(this.#previous, slots + 1);
  }

  /** Links a slot that is not linked, as the most recent. */
  add(slot: number): void {
    const first = this.#next[0] as number;
    this.#next[slot] = first;
    this.#previous[slot] = 0;
    this.#previous[first] = slot;
    this.#next[0] = slot;
  }

  /** Unlinks a slot; the order of the others stays. */
  remove(slot: number): void {
    const next = this.#next[slot] as number;
    const previous = this.#previous[slot] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  /** Makes a linked slot the most recent. */
  touch(slot: number): void {
    if (this.#next[0] === slot) return;
    this.remove(slot);
    this.add(slot);
  }

  /** The least recent slot; 0 when none is linked. */
  get last(): number {
    return this.#previous[0] as number;
  }
}
