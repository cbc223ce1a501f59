import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import type { Change, ChangeKind } from "../store/change.js";
import { changeFilter } from "./key-filter.js";

const change = (key: string, kind: ChangeKind = "set"): Change => ({ sequence: 1, kind, key, version: 1 });

test.each([
  [{ keys: [], prefixes: [] }, ["a", "user:1"]],
  [{ keys: ["a"], prefixes: [] }, ["a"]],
  [{ keys: ["a"], prefixes: ["user:"] }, ["a", "user:1"]],
  [{ keys: [], prefixes: [""] }, ["a", "user:1"]],
  [{ keys: ["nobody"], prefixes: ["user:12"] }, []],
])("%j chooses %j", (watched, chosen) => {
  const isWatched = changeFilter(watched);

  expect(["a", "user:1"].filter((key) => isWatched(change(key)))).toEqual(chosen);
  expect(isWatched(change("", "clear"))).toBe(true);
});

test("any prefixes choose what a look at each of them would (seeded)", () => {
  const random = seededRandom(7);
  const draw = (below: number) => Math.floor(random() * below);
  const word = (longest: number) => Array.from({ length: draw(longest + 1) }, () => "ab\u{1f600}"[draw(4)]).join("");
  for (let round = 0; round < 500; round++) {
    const prefixes = Array.from({ length: 1 + draw(8) }, () => word(4));
    const isWatched = changeFilter({ keys: [], prefixes });
    for (let i = 0; i < 20; i++) {
      const key = word(6);
      const expected = prefixes.some((prefix) => key.startsWith(prefix));
      expect([prefixes, key, isWatched(change(key))]).toEqual([prefixes, key, expected]);
    }
  }
});
