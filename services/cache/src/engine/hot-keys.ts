/** Every so many gets one is looked at; the others pay for one comparison. A power of two. */
export const sampled = 256;
const most = 32;
const told = 10;

/** Which keys are got most: of a sample, the counts of a few (Space-Saving), never below the truth of the sample. */
export class HotKeys {
  readonly #counts = new Map<string, number>();

  /** Most first. */
  top(): readonly { key: string; gets: number }[] {
    return [...this.#counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, told)
      .map(([key, count]) => ({ key, gets: count * sampled }));
  }

  /** A get that is looked at. */
  see(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined || this.#counts.size < most) {
      this.#counts.set(key, (count ?? 0) + 1);
      return;
    }
    let leastKey = key;
    let least = Number.POSITIVE_INFINITY;
    for (const [each, seen] of this.#counts) if (seen < least) [leastKey, least] = [each, seen];
    this.#counts.delete(leastKey); // the newcomer may have been seen as often before
    this.#counts.set(key, least + 1);
  }
}
