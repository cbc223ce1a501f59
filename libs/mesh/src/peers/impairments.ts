/**
 * How many nodes are left out at present, so that the usual case, none, costs a call one look and no walk
 * over the nodes.
 */
export class Impairments {
  #ejected = 0;
  /** Open breakers by the hash of their function. */
  readonly #open = new Map<string, number>();

  /** True if every node may be asked for this function. */
  areNone(hash: string): boolean {
    return this.#ejected === 0 && (this.#open.size === 0 || !this.#open.has(hash));
  }

  ejected(change: 1 | -1): void {
    this.#ejected += change;
  }

  opened(hash: string, change: 1 | -1): void {
    const count = (this.#open.get(hash) ?? 0) + change;
    if (count === 0) this.#open.delete(hash);
    else this.#open.set(hash, count);
  }
}
