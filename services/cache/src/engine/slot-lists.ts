import { widen } from "./widen.js";

/**
 * Doubly linked lists of numbered slots in two typed arrays, so that a move changes four numbers and allocates nothing.
 * A slot, 1 and up, is in one list at most. Each list is a ring around a head of its own, which stands before the slots.
 */
export class SlotLists {
  readonly #heads: number;
  #next: Uint32Array;
  #previous: Uint32Array;

  /** Lists 0 to `lists` - 1, all empty, for slots up to `slots`. */
  constructor(lists: number, slots: number) {
    this.#heads = lists - 1; // slot 1 stands right behind the last head
    this.#next = new Uint32Array(lists + slots).map((_, place) => place);
    this.#previous = this.#next.slice();
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#next = widen(this.#next, this.#heads + slots + 1);
    this.#previous = widen(this.#previous, this.#heads + slots + 1);
  }

  /** Links a slot that is in no list, as the first. */
  add(list: number, slot: number): void {
    const place = this.#heads + slot;
    const first = this.#next[list] as number;
    this.#next[place] = first;
    this.#previous[place] = list;
    this.#previous[first] = place;
    this.#next[list] = place;
  }

  /** Unlinks a slot from whatever list it is in; the order of the others stays. */
  remove(slot: number): void {
    const place = this.#heads + slot;
    const next = this.#next[place] as number;
    const previous = this.#previous[place] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  /** Makes a linked slot the first of a list, be it its own or another one. */
  move(list: number, slot: number): void {
    if (this.#next[list] === this.#heads + slot) return;
    this.remove(slot);
    this.add(list, slot);
  }

  /** Moves all slots of a list before those of another one, in one step. */
  moveAll(from: number, to: number): void {
    const first = this.#next[from] as number;
    if (first === from) return;
    const last = this.#previous[from] as number;
    const behind = this.#next[to] as number;
    this.#next[last] = behind;
    this.#previous[behind] = last;
    this.#next[to] = first;
    this.#previous[first] = to;
    this.#next[from] = from;
    this.#previous[from] = from;
  }

  /** 0 when the list is empty. */
  first(list: number): number {
    const place = this.#next[list] as number;
    return place === list ? 0 : place - this.#heads;
  }

  /** 0 when the list is empty. */
  last(list: number): number {
    const place = this.#previous[list] as number;
    return place === list ? 0 : place - this.#heads;
  }

  /** The slot before a linked one in its list; 0 at the first. */
  before(slot: number): number {
    const place = this.#previous[this.#heads + slot] as number;
    return place <= this.#heads ? 0 : place - this.#heads;
  }
}
