import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { RecentShare } from "./recent-share.js";

test("what is 10 s old does not count", () => {
  const recent = new RecentShare();
  recent.add(1_500, 3, 1);
  recent.add(9_000, 2, 2);

  expect([recent.all(10_999), recent.part(10_999)]).toEqual([5, 3]);
  expect([recent.all(11_000), recent.part(11_000)]).toEqual([2, 2]);
  expect([recent.all(900_000), recent.part(900_000)]).toEqual([0, 0]);
});

test("the counts are those of a plain list, whatever the pauses", () => {
  const random = seededRandom(7);
  const recent = new RecentShare();
  const added: { second: number; all: number; part: number }[] = [];
  let nowMs = 0;

  for (let i = 0; i < 2_000; i++) {
    nowMs += random() < 0.05 ? random() * 25_000 : random() * 400;
    const part = random() < 0.5 ? 1 : 0;
    recent.add(nowMs, 1, part);
    added.push({ second: Math.floor(nowMs / 1_000), all: 1, part });
    const inWindow = added.filter(({ second }) => second > Math.floor(nowMs / 1_000) - 10);
    const expected = [inWindow.length, inWindow.filter((one) => one.part === 1).length];
    expect([recent.all(nowMs), recent.part(nowMs)]).toEqual(expected);
  }
});
