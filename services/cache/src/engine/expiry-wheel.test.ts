import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { ExpiryWheel } from "./expiry-wheel.js";

function wheelOf(slots: number, nowMs: number) {
  const deadlines = new Map<number, number>();
  const wheel = new ExpiryWheel(slots, nowMs);
  return {
    wheel,
    deadlines,
    set(slot: number, deadlineMs: number) {
      deadlines.set(slot, deadlineMs);
      wheel.set(slot, deadlineMs, slot % 2 === 0);
    },
    /** Removes all that have expired. */
    take(atMs: number): number[] {
      const taken: number[] = [];
      for (let slot = wheel.expired(atMs, 1_000_000); slot !== 0; slot = wheel.expired(atMs, 1_000_000)) {
        taken.push(slot);
        wheel.remove(slot);
        deadlines.delete(slot);
      }
      return taken.sort((a, b) => a - b);
    },
  };
}

test("a slot lives through its last millisecond and is gone after it", () => {
  const { set, take } = wheelOf(2, 1_000.5);
  set(1, 1_001);
  set(2, 5_000_000_000_000);

  expect(take(1_001)).toEqual([]);
  expect(take(1_001.1)).toEqual([1]);
  expect(take(4_999_999_999_999)).toEqual([]);
  expect(take(5_000_000_000_001)).toEqual([2]);
});

test("a deadline that moves away, comes nearer or goes is the one that counts", () => {
  const { set, take } = wheelOf(3, 0);
  for (const slot of [1, 2, 3]) set(slot, 100);

  set(1, 10_000);
  set(2, 50);
  set(3, Number.POSITIVE_INFINITY);

  expect(take(60)).toEqual([2]);
  expect(take(9_999)).toEqual([]);
  expect(take(10_001)).toEqual([1]);
  expect(take(1e12)).toEqual([]);
});

test("it takes no more looks than it is given", () => {
  const { wheel, set } = wheelOf(3, 0);
  for (const slot of [1, 2, 3]) set(slot, 10);
  for (const slot of [1, 2, 3]) set(slot, 1_000); // moved away since

  expect(wheel.expired(20, 2)).toBe(0);
  expect(wheel.hasDue).toBe(true);
  expect(wheel.expired(20, 2)).toBe(0);
  expect(wheel.hasDue).toBe(false);
});

test.each([1, 2, 3])("what has expired is what a look at all of them says (seed %i)", (seed) => {
  const random = seededRandom(seed);
  const draw = (below: number) => Math.floor(random() * below);
  const { wheel, set, deadlines, take } = wheelOf(100, 0);
  let nowMs = 0;
  for (let step = 0; step < 3_000; step++) {
    if (step === 500) wheel.grow(200);
    const slot = 1 + draw(step < 500 ? 100 : 200);
    if (random() < 0.2) {
      wheel.remove(slot);
      deadlines.delete(slot);
    } else set(slot, Math.ceil(nowMs + random() * 10 ** draw(11)));
    if (random() < 0.3) {
      nowMs += random() * 10 ** draw(8);
      const expected = [...deadlines].filter(([, ms]) => ms < nowMs).map(([each]) => each);
      expect(take(nowMs)).toEqual(expected.sort((a, b) => a - b));
    }
  }
});
