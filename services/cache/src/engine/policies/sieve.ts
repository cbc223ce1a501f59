import type { SlotOrder } from "../frozen-order.js";
import { SlotLists } from "../slot-lists.js";
import { widen } from "../widen.js";
import type { EvictionPolicy } from "./eviction-policy.js";

// Where everything has been used, the hand would go through all entries (some 5 ms for a million). After so many steps
// the next one goes, used or not.
const longestWalk = 1_000;

/**
 * SIEVE (NSDI '24): entries stand in the order in which they came, and a hand goes from the oldest to the newest. Who was
 * used since it last came by is spared once; the first who was not goes. A use only sets a mark.
 */
export class Sieve implements EvictionPolicy {
  readonly #lists: SlotLists;
  #isUsed: Uint8Array;
  /** Whom to look at next; 0: the oldest. */
  #hand = 0;

  constructor(slots: number) {
    this.#lists = new SlotLists(1, slots);
    this.#isUsed = new Uint8Array(slots + 1);
  }

  grow(slots: number): void {
    this.#lists.grow(slots);
    this.#isUsed = widen(this.#isUsed, slots + 1);
  }

  add(slot: number): void {
    this.#lists.add(0, slot);
    this.#isUsed[slot] = 0;
  }

  touch(slot: number): void {
    this.#isUsed[slot] = 1;
  }

  remove(slot: number): void {
    if (this.#hand === slot) this.#hand = this.#lists.before(slot);
    this.#lists.remove(slot);
  }

  victim(): number {
    let slot = this.#atHand();
    for (let left = longestWalk; left > 0 && this.#isUsed[slot] === 1; left--) {
      this.#isUsed[slot] = 0;
      this.#hand = this.#lists.before(slot);
      slot = this.#atHand();
    }
    this.#hand = slot;
    return slot;
  }

  inOrder(): SlotOrder {
    return this.#lists.freeze([0]);
  }

  #atHand(): number {
    return this.#hand === 0 ? this.#lists.last(0) : this.#hand;
  }
}
