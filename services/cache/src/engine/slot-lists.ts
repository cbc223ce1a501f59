import { FrozenOrder } from "./frozen-order.js";
import { widen } from "./widen.js";

/**
 * Doubly linked lists of numbered slots in a typed array, so that a move changes four numbers and allocates nothing.
 * A slot, 1 and up, is in one list at most. Each list is a ring around a head of its own, which stands before the slots.
 */
export class SlotLists {
  readonly #heads: number;
  /** Of each place the next one, then the one before: in one line of the processor's cache. */
  #links: Uint32Array;
  /** Is told of a place before its links change. */
  #frozen: FrozenOrder | undefined;

  /** Lists 0 to `lists` - 1, all empty, for slots up to `slots`. */
  constructor(lists: number, slots: number) {
    this.#heads = lists - 1; // slot 1 stands right behind the last head
    this.#links = new Uint32Array((lists + slots) * 2).map((_, index) => index >>> 1);
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#links = widen(this.#links, (this.#heads + slots + 1) * 2);
  }

  /** Links a slot that is in no list, as the first. */
  add(list: number, slot: number): void {
    const place = this.#heads + slot;
    const first = this.#links[list * 2] as number;
    if (this.#frozen !== undefined) this.#keep(this.#frozen, list, first, place);
    this.#links[place * 2] = first;
    this.#links[place * 2 + 1] = list;
    this.#links[first * 2 + 1] = place;
    this.#links[list * 2] = place;
  }

  /** Unlinks a slot from whatever list it is in; the order of the others stays. */
  remove(slot: number): void {
    const place = this.#heads + slot;
    const next = this.#links[place * 2] as number;
    const previous = this.#links[place * 2 + 1] as number;
    if (this.#frozen !== undefined) this.#keep(this.#frozen, place, next, previous);
    this.#links[previous * 2] = next;
    this.#links[next * 2 + 1] = previous;
  }

  /** Makes a linked slot the first of a list, be it its own or another one. */
  move(list: number, slot: number): void {
    if (this.#frozen !== undefined) {
      this.#moveKept(list, slot);
      return;
    }
    const links = this.#links;
    const place = this.#heads + slot;
    const first = links[list * 2] as number;
    if (first === place) return;
    const next = links[place * 2] as number;
    const previous = links[place * 2 + 1] as number;
    links[previous * 2] = next;
    links[next * 2 + 1] = previous;
    links[place * 2] = first;
    links[place * 2 + 1] = list;
    links[first * 2 + 1] = place;
    links[list * 2] = place;
  }

  #moveKept(list: number, slot: number): void {
    this.remove(slot);
    this.add(list, slot);
  }

  /** Moves all slots of a list before those of another one, in one step. */
  moveAll(from: number, to: number): void {
    const first = this.#links[from * 2] as number;
    if (first === from) return;
    const last = this.#links[from * 2 + 1] as number;
    const behind = this.#links[to * 2] as number;
    if (this.#frozen !== undefined) {
      this.#keep(this.#frozen, from, first, last);
      this.#keep(this.#frozen, to, behind, to);
    }
    this.#links[last * 2] = behind;
    this.#links[behind * 2 + 1] = last;
    this.#links[to * 2] = first;
    this.#links[first * 2 + 1] = to;
    this.#links[from * 2] = from;
    this.#links[from * 2 + 1] = from;
  }

  /** 0 when the list is empty. */
  first(list: number): number {
    const place = this.#links[list * 2] as number;
    return place === list ? 0 : place - this.#heads;
  }

  /** 0 when the list is empty. */
  last(list: number): number {
    const place = this.#links[list * 2 + 1] as number;
    return place === list ? 0 : place - this.#heads;
  }

  /** The slot before a linked one in its list; 0 at the first. */
  before(slot: number): number {
    const place = this.#links[(this.#heads + slot) * 2 + 1] as number;
    return place <= this.#heads ? 0 : place - this.#heads;
  }

  /**
   * The slots that these lists have now, each from its last to its first, whatever changes until it ends. One at a time:
   * another one ends it.
   */
  freeze(lists: readonly number[]): FrozenOrder {
    const frozen = new FrozenOrder(
      lists,
      this.#heads,
      () => this.#links,
      () => {
        if (this.#frozen === frozen) this.#frozen = undefined;
      },
    );
    this.#frozen = frozen;
    return frozen;
  }

  #keep(frozen: FrozenOrder, a: number, b: number, c: number): void {
    frozen.keep(a);
    frozen.keep(b);
    frozen.keep(c);
  }
}
