import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { Rows } from "../rows.js";
import { hashOf } from "./hash-of.js";
import { HashedIndex } from "./hashed-index.js";
import type { KeyIndex } from "./key-index.js";
import { MapIndex } from "./map-index.js";

const names = ["__proto__", "constructor", "", "\ud800", "\u{1f600}", "a".repeat(300)];

/** An index with the rows that it is about, as a table uses them. */
function keys(index: KeyIndex, rows = new Rows()) {
  const find = (key: string) => index.find(key, index.hashOf(key), rows);
  return {
    find,
    add(key: string): number {
      const slot = rows.take();
      if (slot > rows.room) {
        rows.grow(rows.room * 2);
        index.grow(rows.room);
      }
      rows.setKey(slot, key);
      index.add(key, index.hashOf(key), slot);
      return slot;
    },
    remove(key: string): void {
      const slot = find(key);
      index.remove(key, slot);
      rows.release(slot);
    },
  };
}

describe.each<[string, (slots: number) => KeyIndex]>([
  ["a Map", () => new MapIndex()],
  ["one table", (slots) => new HashedIndex(1_000, slots)],
  ["32 tables", (slots) => new HashedIndex(1_000_000, slots)],
])("an index of keys that is %s", (_what, create) => {
  test.each([1, 2, 3])("does what a Map does (seed %i)", (seed) => {
    const random = seededRandom(seed);
    const rows = new Rows();
    const index = keys(create(rows.room), rows);
    const model = new Map<string, number>();
    const wrong: string[] = []; // to expect at each step would take a minute
    const draw = (below: number) => Math.floor(random() * below);

    for (let step = 0; step < 30_000; step++) {
      const key = draw(20) === 0 ? (names[draw(names.length)] as string) : `key-${draw(3_000)}`;
      const slot = index.find(key);
      if (slot !== (model.get(key) ?? 0)) wrong.push(`${step}: ${slot}`);
      const grows = draw(2) === 0; // half of what is drawn is found, half is not
      if (slot === 0 && grows) model.set(key, index.add(key));
      else if (slot !== 0 && !grows) {
        index.remove(key);
        model.delete(key);
      }
    }

    expect(wrong).toEqual([]);
    expect(model.size).toBeGreaterThan(1_000);
    expect([...model.keys()].map(index.find)).toEqual([...model.values()]);
  });
});

test("keys that differ in little are spread evenly, so that no table has many more than its share", () => {
  const shares = new Uint32Array(32);
  for (let i = 0; i < 32_000; i++) {
    const share = hashOf(`user:${i}:profile`) >>> 27;
    shares[share] = (shares[share] as number) + 1;
  }

  expect(Math.max(...shares)).toBeLessThan(1_160); // five standard deviations
  expect(Math.min(...shares)).toBeGreaterThan(840);
});

test("each seed spreads keys anew", () => {
  const all = Array.from({ length: 1_000 }, (_, i) => `key-${i}`);
  const together = (seed: number) => all.filter((key) => hashOf(key, seed) >>> 27 === 0);

  expect(together(1)).not.toEqual(together(2));
});
