import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { CountedTree } from "./counted-tree.js";

const isBefore = (a: string, b: string) => a < b;

test.each([1, 2, 3])(
  "keys stand in order and are found by place and by key, whatever came and went (seed %i)",
  (seed) => {
    const random = seededRandom(seed);
    const tree = new CountedTree();
    const known = new Set<string>();
    for (let step = 0; step < 8_000; step++) {
      const key = `k${Math.floor(random() * 3_000)}`;
      const isAdding = random() < (step % 4_000 < 2_500 ? 0.8 : 0.2); // grows, then shrinks
      if (isAdding) {
        expect(tree.add(key, isBefore)).toBe(!known.has(key));
        known.add(key);
      } else expect(tree.remove(key, isBefore)).toBe(known.delete(key));
      if (step % 397 !== 0) continue;
      const sorted = [...known].sort();
      const from = Math.floor(random() * sorted.length);
      expect(tree.size).toBe(sorted.length);
      expect(tree.slice(from, from + 300)).toEqual(sorted.slice(from, from + 300));
      expect(tree.countWhile((each) => each < key)).toBe(sorted.filter((each) => each < key).length);
    }
    for (const key of known) expect(tree.remove(key, isBefore)).toBe(true);
    expect(tree.slice(0, 10)).toEqual([]);
  },
);
