/**
 * The times of the calls of one sliding window, the oldest first. A ring that grows up to the number of calls that it has
 * to remember; each time is looked at once when it comes and once when it goes. The clock must not go back.
 */
export class WindowLog {
  #times: Float64Array;
  #oldest = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
  }

  /** How many times fit before the ring has to grow. */
  get capacity(): number {
    return this.#times.length;
  }

  /** How many calls came after `startMs`, where the window begins; earlier ones, and those at it, are forgotten. */
  countAfter(startMs: number): number {
    if (this.#count > 0 && this.timeAt(this.#count - 1) <= startMs) this.#count = 0;
    while (this.#count > 0 && (this.#times[this.#oldest] as number) <= startMs) {
      this.#oldest = this.#oldest + 1 === this.#times.length ? 0 : this.#oldest + 1;
      this.#count--;
    }
    return this.#count;
  }

  /** The time of a call that is remembered; 0 is the oldest. */
  timeAt(index: number): number {
    const at = this.#oldest + index;
    return this.#times[at < this.#times.length ? at : at - this.#times.length] as number;
  }

  /** Remembers a call. `most` is how many it will ever have to remember, so that it grows no further. */
  record(nowMs: number, most: number): void {
    if (this.#count === this.#times.length) this.#grow(Math.min(most, this.#count * 2));
    const at = this.#oldest + this.#count;
    this.#times[at < this.#times.length ? at : at - this.#times.length] = nowMs;
    this.#count++;
  }

  #grow(capacity: number): void {
    const times = new Float64Array(capacity);
    const head = this.#times.subarray(this.#oldest);
    times.set(head);
    times.set(this.#times.subarray(0, this.#oldest), head.length);
    this.#times = times;
    this.#oldest = 0;
  }
}
