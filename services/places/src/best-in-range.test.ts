import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { bestInRange } from "./best-in-range.js";

test("finds what sorting the whole range would find, equal scores in order", () => {
  const random = seededRandom(7);
  const below = (bound: number) => Math.floor(random() * bound);

  for (let round = 0; round < 300; round++) {
    const scores = Uint32Array.from({ length: below(70) }, () => below(20));
    const from = below(scores.length + 1);
    const to = from + below(scores.length - from + 1);
    const count = 1 + below(12);

    const found = bestInRange(scores)(from, to, count);

    const naive = [...scores.keys()].slice(from, to).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    expect(found).toEqual(naive.slice(0, count));
  }
});

test("an empty range has no best", () => {
  expect(bestInRange(Uint32Array.of(3, 1))(1, 1, 5)).toEqual([]);
  expect(bestInRange(new Uint32Array())(0, 0, 5)).toEqual([]);
});
