import { widen } from "./widen.js";

/**
 * Which slot expires first: a binary heap of slots by deadline that knows where each slot stands. A removal is exact, so
 * the heap never holds more than the slots that have a deadline, and new deadlines under one TTL cost one comparison.
 */
export class ExpiryHeap {
  /** Slots in heap order, from index 1. */
  #heap: Uint32Array;
  /** Index in the heap by slot; 0 for a slot without a deadline. */
  #index: Uint32Array;
  #deadlineMs: Float64Array;
  #size = 0;

  /** Slots 1 to `slots` can have a deadline; none has one yet. */
  constructor(slots: number) {
    this.#heap = new Uint32Array(slots + 1);
    this.#index = new Uint32Array(slots + 1);
    this.#deadlineMs = new Float64Array(slots + 1).fill(Number.POSITIVE_INFINITY);
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#heap = widen(this.#heap, slots + 1);
    this.#index = widen(this.#index, slots + 1);
    this.#deadlineMs = widen(this.#deadlineMs, slots + 1, Number.POSITIVE_INFINITY);
  }

  /** When a slot expires; Infinity if it never does. */
  deadlineOf(slot: number): number {
    return this.#deadlineMs[slot] as number;
  }

  /** The slot that expires first; 0 when none does. */
  get first(): number {
    return this.#size === 0 ? 0 : (this.#heap[1] as number);
  }

  /** Gives a slot its deadline, in place of the one it had; Infinity takes it away. */
  set(slot: number, deadlineMs: number): void {
    if (deadlineMs === Number.POSITIVE_INFINITY) {
      this.remove(slot);
      return;
    }
    this.#deadlineMs[slot] = deadlineMs;
    const index = this.#index[slot] as number;
    if (index === 0) this.#rise(slot, ++this.#size);
    else this.#settle(slot, index);
  }

  remove(slot: number): void {
    const index = this.#index[slot] as number;
    if (index === 0) return;
    this.#index[slot] = 0;
    this.#deadlineMs[slot] = Number.POSITIVE_INFINITY;
    const last = this.#heap[this.#size--] as number;
    if (last !== slot) this.#settle(last, index);
  }

  /** Puts a slot where it belongs, starting from `index`, which is free or its own. */
  #settle(slot: number, index: number): void {
    const parent = this.#heap[index >>> 1] as number;
    if (index > 1 && this.deadlineOf(slot) < this.deadlineOf(parent)) this.#rise(slot, index);
    else this.#sink(slot, index);
  }

  #rise(slot: number, from: number): void {
    const deadlineMs = this.deadlineOf(slot);
    let index = from;
    while (index > 1) {
      const parent = this.#heap[index >>> 1] as number;
      if (this.deadlineOf(parent) <= deadlineMs) break;
      this.#place(parent, index);
      index >>>= 1;
    }
    this.#place(slot, index);
  }

  #sink(slot: number, from: number): void {
    const deadlineMs = this.deadlineOf(slot);
    let index = from;
    for (;;) {
      let child = index * 2;
      if (child > this.#size) break;
      if (child < this.#size && this.#deadlineAt(child + 1) < this.#deadlineAt(child)) child += 1;
      if (this.#deadlineAt(child) >= deadlineMs) break;
      this.#place(this.#heap[child] as number, index);
      index = child;
    }
    this.#place(slot, index);
  }

  #deadlineAt(index: number): number {
    return this.deadlineOf(this.#heap[index] as number);
  }

  #place(slot: number, index: number): void {
    this.#heap[index] = slot;
    this.#index[slot] = index;
  }
}
