/**
 * How many nodes are left out at present, so that the usual case, none, costs a call one look and no walk
 * over the nodes.
 */
export class Impairments {
  #changes = 0;
  #unreachable = 0;
  /** Open breakers by the hash of their function. */
  readonly #open = new Map<string, number>();

  /** Another number, and another node may be left out: nothing else of it means anything. */
  get changes(): number {
    return this.#changes;
  }

  /** True if every node may be asked for this function. */
  areNone(hash: string): boolean {
    return this.#unreachable === 0 && !this.isOpen(hash);
  }

  /** True if the breaker of this function is open on any node. */
  isOpen(hash: string): boolean {
    return this.#open.size > 0 && this.#open.has(hash);
  }

  /** A node that is left out is tried, or not tried any longer. */
  changed(): void {
    this.#changes++;
  }

  /** A node is ejected or drains, 1, or does so no longer, -1. */
  left(change: 1 | -1): void {
    this.#changes++;
    this.#unreachable += change;
  }

  opened(hash: string, change: 1 | -1): void {
    this.#changes++;
    const count = (this.#open.get(hash) ?? 0) + change;
    if (count === 0) this.#open.delete(hash);
    else this.#open.set(hash, count);
  }
}
