import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { WindowLog } from "./window-log.js";

test("a call counts until its window has passed, to the millisecond", () => {
  const log = new WindowLog(1);
  log.record(1_000, 5);

  expect(log.countAfter(999)).toBe(1);
  expect(log.countAfter(1_000)).toBe(0);
});

test("the ring grows to the calls that it must remember, and no further", () => {
  const log = new WindowLog(4);
  for (let call = 0; call < 10; call++) log.record(call, 10);

  expect(log.capacity).toBe(10);
  expect(log.countAfter(-1)).toBe(10);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("it counts what a plain list of times counts (seed %d)", (seed) => {
  const random = seededRandom(seed);
  const most = 1 + Math.floor(random() * 40);
  const windowMs = 1 + Math.floor(random() * 60);
  const log = new WindowLog(Math.min(4, most));
  let times: number[] = [];
  let nowMs = 0;

  for (let step = 0; step < 200; step++) {
    nowMs += Math.floor(random() * 4) * (random() < 0.05 ? windowMs : 1);
    times = times.filter((time) => time > nowMs - windowMs);
    expect(log.countAfter(nowMs - windowMs)).toBe(times.length);
    expect(times.map((_time, index) => log.timeAt(index))).toEqual(times);
    if (times.length === most) continue;
    log.record(nowMs, most);
    times.push(nowMs);
  }
});
