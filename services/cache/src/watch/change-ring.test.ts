import { expect, test } from "@jest/globals";
import type { Change } from "../store/change.js";
import { ChangeRing } from "./change-ring.js";

const epoch = "e";
const change = (sequence: number, key = "k"): Change => ({ sequence, kind: "set", key, version: sequence });

function ringOf(count: number, limits: { changes: number; characters: number }, key = "k") {
  const ring = new ChangeRing({ epoch, sequence: 40 }, limits);
  for (let sequence = 41; sequence <= 40 + count; sequence++) ring.push(change(sequence, key));
  return ring;
}

test.each([
  [0, 40, 40],
  [2, 40, 42],
  [3, 40, 43],
  [4, 41, 44],
  [100, 137, 140],
])("after %i changes a ring of three covers positions from %i to %i", (count, from, to) => {
  const ring = ringOf(count, { changes: 3, characters: 1_000 });

  const covered = Array.from({ length: 200 }, (_, sequence) => sequence).filter((sequence) =>
    ring.covers({ epoch, sequence }),
  );
  expect([covered[0], covered.at(-1)]).toEqual([from, to]);
  expect(ring.end).toEqual({ epoch, sequence: to });
  for (let sequence = from + 1; sequence <= to; sequence++) expect(ring.at(sequence)).toEqual(change(sequence));
});

test("long keys let the oldest changes go earlier, even all of them", () => {
  expect(ringOf(10, { changes: 100, characters: 35 }, "ten_letter").covers({ epoch, sequence: 46 })).toBe(false);
  expect(ringOf(10, { changes: 100, characters: 35 }, "ten_letter").covers({ epoch, sequence: 47 })).toBe(true);

  const ring = ringOf(3, { changes: 100, characters: 5 }, "ten_letter");
  expect(ring.covers({ epoch, sequence: 43 })).toBe(true);
  expect(ring.covers({ epoch, sequence: 42 })).toBe(false);
});

test("another epoch is not covered, and a restart leaves nothing before it", () => {
  const ring = ringOf(3, { changes: 10, characters: 100 });
  expect(ring.covers({ epoch: "other", sequence: 42 })).toBe(false);

  ring.restart({ epoch, sequence: 50 });

  expect(ring.covers({ epoch, sequence: 43 })).toBe(false);
  expect(ring.covers({ epoch, sequence: 50 })).toBe(true);
  ring.push(change(51));
  expect(ring.at(51)).toEqual(change(51));
});
