/** Somebody who waits in a line. Create as `{ ..., next: undefined, previous: undefined }`; the line keeps the links. */
export interface Waiting<Self> {
  previous: Self | undefined;
  next: Self | undefined;
}

/** First come, first served; anybody may leave. Every operation takes constant time, however long the line. */
export class WaitingLine<One extends Waiting<One>> {
  #first: One | undefined;
  #last: One | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  join(one: One): void {
    one.previous = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.next = one;
    this.#last = one;
    this.#length++;
  }

  /** Who has waited longest, taken off the line. */
  takeFirst(): One | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first);
    return first;
  }

  /** Takes off one who stands in this line. */
  leave(one: One): void {
    const { previous, next } = one;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    one.previous = undefined;
    one.next = undefined;
    this.#length--;
  }
}
