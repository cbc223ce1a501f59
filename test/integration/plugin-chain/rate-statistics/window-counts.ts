const slices = 10;

/** Counts the events of the last `windowMs`. Ten slices of it are all the memory there is, however many events come. */
export class WindowCounts {
  readonly #sliceMs: number;
  readonly #counts = new Uint32Array(slices);
  #latest = 0;

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / slices;
  }

  add(nowMs: number): void {
    this.#forgetUntil(nowMs);
    const at = this.#latest % slices;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  total(nowMs: number): number {
    this.#forgetUntil(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #forgetUntil(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    const passed = Math.min(slices, slice - this.#latest);
    for (let gone = 1; gone <= passed; gone++) this.#counts[(this.#latest + gone) % slices] = 0;
    this.#latest = slice;
  }
}
