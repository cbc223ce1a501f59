// Counters for each entry: so many that few keys share all four of theirs.
const countersPerEntry = 8;
const rows = 4;
const largestCount = 15;
// After so many times the entries, all counts are halved: what was popular once must not stay so for ever.
const usesPerEntry = 10;
// Odd numbers that send a hash to another place in each row.
const seeds = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;
const smallest = 64;

/**
 * About how often each key was used lately: a count-min sketch of 4-bit counters that ages. The estimate is never below
 * the true count, up to 15, of the present period.
 */
export class FrequencySketch {
  /** Eight counters in each number. */
  #counters: Uint32Array;
  #shift: number;
  #uses = 0;
  #period: number;

  /** For so many entries. */
  constructor(entries: number) {
    const words = 2 ** Math.ceil(Math.log2(Math.max(entries, smallest)));
    this.#counters = new Uint32Array(words);
    this.#shift = 32 - Math.log2(words * countersPerEntry);
    this.#period = entries * usesPerEntry;
  }

  /** Counts one use. */
  add(hash: number): void {
    let isNews = false;
    for (let row = 0; row < rows; row++) {
      const counter = this.#counterOf(hash, row);
      const bit = (counter & 7) << 2;
      const word = this.#counters[counter >>> 3] as number;
      if (((word >>> bit) & largestCount) === largestCount) continue;
      this.#counters[counter >>> 3] = word + 2 ** bit;
      isNews = true;
    }
    if (isNews && ++this.#uses >= this.#period) this.#age();
  }

  estimate(hash: number): number {
    let least = largestCount;
    for (let row = 0; row < rows; row++) {
      const counter = this.#counterOf(hash, row);
      const count = ((this.#counters[counter >>> 3] as number) >>> ((counter & 7) << 2)) & largestCount;
      if (count < least) least = count;
    }
    return least;
  }

  #counterOf(hash: number, row: number): number {
    return Math.imul(hash, seeds[row] as number) >>> this.#shift;
  }

  #age(): void {
    for (let i = 0; i < this.#counters.length; i++)
      this.#counters[i] = ((this.#counters[i] as number) >>> 1) & 0x77777777;
    this.#uses /= 2;
  }
}
