import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { createKeyMap, hashOf } from "./key-map.js";

const names = ["__proto__", "constructor", "", "\ud800", "\u{1f600}", "a".repeat(300)];

describe.each([
  [1_000, "one map"],
  [2 ** 15 + 1, "two maps"],
  [1_000_000, "32 maps"],
])("a map for %i keys, which is %s", (capacity) => {
  test.each([1, 2, 3])("does what a Map does (seed %i)", (seed) => {
    const random = seededRandom(seed);
    const keyMap = createKeyMap(capacity);
    const model = new Map<string, number>();
    const wrong: string[] = []; // to expect at each step would take a minute
    const draw = (below: number) => Math.floor(random() * below);

    for (let step = 0; step < 30_000; step++) {
      const key = draw(20) === 0 ? (names[draw(names.length)] as string) : `key-${draw(3_000)}`;
      const kind = draw(10_000);
      if (kind < 4_500) {
        keyMap.set(key, step);
        model.set(key, step);
      } else if (kind < 8_000 && keyMap.delete(key) !== model.delete(key)) wrong.push(`${step}: delete`);
      else if (kind < 9_998 && keyMap.get(key) !== model.get(key)) wrong.push(`${step}: get`);
      else if (kind >= 9_998) {
        keyMap.clear();
        model.clear();
      }
    }

    expect(wrong).toEqual([]);
    expect([...keyMap.keys()].sort()).toEqual([...model.keys()].sort());
    expect([...model.keys()].map((key) => keyMap.get(key))).toEqual([...model.values()]);
  });
});

test("keys that differ in little are spread evenly, so that no map has many more than its share", () => {
  const shares = new Uint32Array(32);
  for (let i = 0; i < 32_000; i++) {
    const share = hashOf(`user:${i}:profile`) & 31;
    shares[share] = (shares[share] as number) + 1;
  }

  expect(Math.max(...shares)).toBeLessThan(1_160); // five standard deviations
  expect(Math.min(...shares)).toBeGreaterThan(840);
});
