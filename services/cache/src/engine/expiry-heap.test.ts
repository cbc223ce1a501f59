import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { ExpiryHeap } from "./expiry-heap.js";

/** Slots in the order in which they expire; empties the heap. */
function drain(heap: ExpiryHeap): number[] {
  const slots: number[] = [];
  while (heap.first !== 0) {
    slots.push(heap.first);
    heap.remove(heap.first);
  }
  return slots;
}

test("a slot without a deadline never comes first", () => {
  const heap = new ExpiryHeap(2);

  heap.set(1, Number.POSITIVE_INFINITY);

  expect(heap.first).toBe(0);
  expect(heap.deadlineOf(1)).toBe(Number.POSITIVE_INFINITY);
});

test("a new deadline takes the place of the old one, and Infinity takes it away", () => {
  const heap = new ExpiryHeap(3);
  for (const slot of [1, 2, 3]) heap.set(slot, slot);

  heap.set(1, 9);
  heap.set(2, Number.POSITIVE_INFINITY);

  expect(drain(heap)).toEqual([3, 1]);
});

test.each([1, 2, 3, 4, 5])("slots come in the order of their deadlines, whatever was changed (seed %i)", (seed) => {
  const random = seededRandom(seed);
  const draw = (below: number) => Math.floor(random() * below);
  const heap = new ExpiryHeap(8);
  const deadlines = new Map<number, number>();
  for (let step = 0; step < 2_000; step++) {
    if (step === 500) heap.grow(64);
    const slot = 1 + draw(step < 500 ? 8 : 64);
    if (random() < 0.3) {
      heap.remove(slot);
      deadlines.delete(slot);
    } else {
      const deadline = random() * 1_000;
      heap.set(slot, deadline);
      deadlines.set(slot, deadline);
    }
    const earliest = Math.min(...deadlines.values());
    expect(heap.deadlineOf(heap.first)).toBe(earliest);
  }
  const inOrder = [...deadlines].sort(([, a], [, b]) => a - b).map(([slot]) => slot);
  expect(drain(heap)).toEqual(inOrder);
});
