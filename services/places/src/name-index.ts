import { bestInRange } from "./best-in-range.js";
import type { City } from "./cities.js";
import { fold } from "./fold.js";

export interface NameIndex {
  /** Cities whose name starts with `prefix`, accents and case aside; the most people first. */
  startingWith(prefix: string, limit: number): City[];
}

/** Names sorted once, so that the names with one prefix stand side by side and two binary searches find them. */
export function createNameIndex(cities: readonly City[]): NameIndex {
  const entries = cities.map((city) => ({ key: fold(city.name), city }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const best = bestInRange(Uint32Array.from(entries, ({ city }) => city.population));

  /** The first position whose key is not `before`, given that all keys that are come first. */
  function firstNot(before: (key: string) => boolean): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(entries[middle]?.key ?? "")) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    startingWith(prefix, limit) {
      const wanted = fold(prefix);
      const from = firstNot((key) => key < wanted);
      const to = firstNot((key) => key < wanted || key.startsWith(wanted));
      return best(from, to, limit).flatMap((position) => entries[position]?.city ?? []);
    },
  };
}
