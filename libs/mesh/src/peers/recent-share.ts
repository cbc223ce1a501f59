const seconds = 10;

/**
 * How many things happened in the last 10 s, and how many of them were of the kind that matters, to a second. Constant
 * cost and size. Pure: time comes from outside.
 */
export class RecentShare {
  readonly #all = new Uint32Array(seconds);
  readonly #part = new Uint32Array(seconds);
  #newestSecond = 0;
  #allSum = 0;
  #partSum = 0;

  add(nowMs: number, all: number, part: number): void {
    const slot = this.#slotAt(nowMs);
    this.#all[slot] = (this.#all[slot] ?? 0) + all;
    this.#part[slot] = (this.#part[slot] ?? 0) + part;
    this.#allSum += all;
    this.#partSum += part;
  }

  all(nowMs: number): number {
    this.#slotAt(nowMs);
    return this.#allSum;
  }

  part(nowMs: number): number {
    this.#slotAt(nowMs);
    return this.#partSum;
  }

  clear(): void {
    this.#all.fill(0);
    this.#part.fill(0);
    this.#allSum = 0;
    this.#partSum = 0;
  }

  /** The slot of this second, after those that are over have been emptied. */
  #slotAt(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    const passed = second - this.#newestSecond;
    if (passed >= seconds) this.clear();
    else for (let i = 1; i <= passed; i++) this.#empty((this.#newestSecond + i) % seconds);
    if (passed > 0) this.#newestSecond = second;
    return this.#newestSecond % seconds;
  }

  #empty(slot: number): void {
    this.#allSum -= this.#all[slot] ?? 0;
    this.#partSum -= this.#part[slot] ?? 0;
    this.#all[slot] = 0;
    this.#part[slot] = 0;
  }
}
