// Numbers that are copied at a time before one of them changes: a microsecond or two.
const chunkBits = 12;

/** Slots in an order that nothing changes any more. */
export interface SlotOrder {
  /** The next slot; 0 at the end. */
  next(): number;
  /** Nobody asks for more. */
  end(): void;
}

/**
 * The order that lists had when it was made, while they change: a part of their links is copied before the first change in
 * it, so that nothing takes long, however many slots there are.
 */
export class FrozenOrder implements SlotOrder {
  readonly #lists: readonly number[];
  readonly #heads: number;
  readonly #live: () => Uint32Array;
  readonly #end: () => void;
  readonly #chunks: (Uint32Array | undefined)[] = [];
  #list = 0;
  #place: number;

  /** `live` gives the links as they are now: see `SlotLists`. */
  constructor(lists: readonly number[], heads: number, live: () => Uint32Array, end: () => void) {
    this.#lists = lists;
    this.#heads = heads;
    this.#live = live;
    this.#end = end;
    this.#place = lists[0] ?? 0;
  }

  /** The links of a place are about to change. */
  keep(place: number): void {
    const chunk = (place * 2) >>> chunkBits;
    this.#chunks[chunk] ??= this.#live().slice(chunk << chunkBits, (chunk + 1) << chunkBits);
  }

  next(): number {
    while (this.#list < this.#lists.length) {
      this.#place = this.#before(this.#place);
      if (this.#place > this.#heads) return this.#place - this.#heads;
      this.#list += 1;
      this.#place = this.#lists[this.#list] ?? 0;
    }
    this.end();
    return 0;
  }

  end(): void {
    this.#end();
  }

  #before(place: number): number {
    const at = place * 2 + 1;
    const kept = this.#chunks[at >>> chunkBits];
    return (kept === undefined ? this.#live()[at] : kept[at & ((1 << chunkBits) - 1)]) as number;
  }
}
