import type { SlotOrder } from "../frozen-order.js";
import { widen } from "../widen.js";
import type { EvictionPolicy } from "./eviction-policy.js";

/**
 * Another policy over those entries alone that expire one day: the others stay until somebody removes them. It must be told
 * of each entry whether it expires.
 */
export class OnlyExpiring implements EvictionPolicy {
  readonly #policy: EvictionPolicy;
  readonly #keyOf: (slot: number) => string | undefined;
  #expires: Uint8Array;

  /** `keyOf` is asked for slots that may be empty. */
  constructor(policy: EvictionPolicy, slots: number, keyOf: (slot: number) => string | undefined) {
    this.#policy = policy;
    this.#keyOf = keyOf;
    this.#expires = new Uint8Array(slots + 1);
  }

  grow(slots: number): void {
    this.#policy.grow(slots);
    this.#expires = widen(this.#expires, slots + 1);
  }

  /** A new entry never expires until `mark` says that it does. */
  add(slot: number): void {
    this.#expires[slot] = 0;
  }

  mark(slot: number, expires: boolean): void {
    if ((this.#expires[slot] === 1) === expires) return;
    if (expires) this.#join(slot);
    else this.remove(slot);
  }

  touch(slot: number): void {
    if (this.#expires[slot] === 1) this.#policy.touch(slot);
  }

  remove(slot: number): void {
    if (this.#expires[slot] === 0) return;
    this.#expires[slot] = 0;
    this.#policy.remove(slot);
  }

  /** Never the one that is being written: with it gone there would be no more room for it than before. */
  victim(written = 0): number {
    const victim = this.#policy.victim();
    if (victim !== written || victim === 0) return victim;
    this.remove(written);
    const other = this.#policy.victim();
    this.#join(written);
    return other;
  }

  inOrder(): SlotOrder {
    return this.#policy.inOrder();
  }

  #join(slot: number): void {
    this.#expires[slot] = 1;
    this.#policy.add(slot, this.#keyOf(slot) as string);
  }
}
