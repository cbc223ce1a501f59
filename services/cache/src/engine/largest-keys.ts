/** With so many characters of key and value together an entry is small, whatever they are. */
export const smallEntry = 1_000;

const most = 32;
// Below this nobody calls it large, and writes of small entries pay for one comparison.
const smallestBytes = 4_096;
const told = 10;

interface Large {
  readonly key: string;
  readonly version: number;
  readonly bytes: number;
}

/** The keys of the largest entries that were written; those that are gone since then leave a gap at the end. */
export class LargestKeys {
  /** Largest first. */
  #largest: Large[] = [];
  /** What an entry must have to be among them. */
  #atLeast = smallestBytes;

  /** An entry was written. */
  see(key: string, version: number, bytes: number): void {
    if (bytes > this.#atLeast) this.#insert({ key, version, bytes });
  }

  /** Those whose version is still there. */
  top(versionOf: (key: string) => number | undefined): readonly { key: string; bytes: number }[] {
    this.#largest = this.#largest.filter(({ key, version }) => versionOf(key) === version);
    if (this.#largest.length < most) this.#atLeast = smallestBytes;
    return this.#largest.slice(0, told).map(({ key, bytes }) => ({ key, bytes }));
  }

  #insert(large: Large): void {
    const others = this.#largest.filter(({ key }) => key !== large.key);
    this.#largest = [...others, large].sort((a, b) => b.bytes - a.bytes).slice(0, most);
    if (this.#largest.length === most) this.#atLeast = this.#largest[most - 1]?.bytes ?? smallestBytes;
  }
}
