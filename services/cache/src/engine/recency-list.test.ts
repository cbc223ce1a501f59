import { expect, test } from "@jest/globals";
import { RecencyList } from "./recency-list.js";

/** Slots from least to most recent; empties the list. */
function drain(list: RecencyList): number[] {
  const slots: number[] = [];
  while (list.last !== 0) {
    slots.push(list.last);
    list.remove(list.last);
  }
  return slots;
}

function listOf(...slots: number[]): RecencyList {
  const list = new RecencyList(slots.length);
  for (const slot of slots) list.add(slot);
  return list;
}

test("the last slot is the one added first", () => {
  expect(drain(listOf(1, 2, 3))).toEqual([1, 2, 3]);
  expect(listOf().last).toBe(0);
});

test.each([
  [1, [2, 3, 1]],
  [2, [1, 3, 2]],
  [3, [1, 2, 3]],
])("a touch of slot %i makes it the most recent", (slot, order) => {
  const list = listOf(1, 2, 3);

  list.touch(slot);

  expect(drain(list)).toEqual(order);
});

test("removing a slot leaves the order of the others", () => {
  const list = listOf(1, 2, 3, 4);

  list.remove(2);

  expect(drain(list)).toEqual([1, 3, 4]);
});

test("the order survives growing", () => {
  const list = listOf(2, 1);

  list.grow(4);
  list.add(4);

  expect(drain(list)).toEqual([2, 1, 4]);
});
