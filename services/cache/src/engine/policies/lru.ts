import type { SlotOrder } from "../frozen-order.js";
import { SlotLists } from "../slot-lists.js";
import type { EvictionPolicy } from "./eviction-policy.js";

/** The least recently used entry goes. Exact, and helpless against a scan: a row of new keys pushes everything out. */
export class Lru implements EvictionPolicy {
  readonly #lists: SlotLists;

  constructor(slots: number) {
    this.#lists = new SlotLists(1, slots);
  }

  grow(slots: number): void {
    this.#lists.grow(slots);
  }

  add(slot: number): void {
    this.#lists.add(0, slot);
  }

  touch(slot: number): void {
    this.#lists.move(0, slot);
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  victim(): number {
    return this.#lists.last(0);
  }

  inOrder(): SlotOrder {
    return this.#lists.freeze([0]);
  }
}
