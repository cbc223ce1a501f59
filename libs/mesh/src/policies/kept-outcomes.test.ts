import { expect, test } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import { KeptOutcomes } from "./kept-outcomes.js";

const outcome = (bytes: number) => ({ end: { json: new Uint8Array(bytes), node: "n" } });
const limits = { keepMs: 1_000, maxEntries: 3, maxBytes: 10_000 };

test("an outcome is there until its time is over", () => {
  const kept = new KeptOutcomes(limits);
  kept.keep("a", outcome(1), 0);

  expect(kept.get("a", 999)).toMatchObject(outcome(1));
  expect(kept.get("a", 1_000)).toBeUndefined();
});

test("an error is an outcome too", () => {
  const kept = new KeptOutcomes(limits);
  const end = new WeftError(Code.NotFound, "nothing");
  kept.keep("a", { end }, 0);

  expect(kept.get("a", 1)?.end).toBe(end);
});

test("beyond the number of entries the oldest goes", () => {
  const kept = new KeptOutcomes(limits);
  for (const key of ["a", "b", "c", "d"]) kept.keep(key, outcome(1), 0);

  expect(["a", "b", "c", "d"].map((key) => kept.get(key, 0) !== undefined)).toEqual([false, true, true, true]);
});

test("beyond the bytes the oldest go, an outcome that is too large by itself too", () => {
  const kept = new KeptOutcomes(limits);
  kept.keep("a", outcome(4_000), 0);
  kept.keep("b", outcome(4_000), 0);
  kept.keep("c", outcome(4_000), 0);
  expect(["a", "b", "c"].map((key) => kept.get(key, 0) !== undefined)).toEqual([false, true, true]);

  kept.keep("d", outcome(10_000), 0);
  expect(["b", "c", "d"].map((key) => kept.get(key, 0) !== undefined)).toEqual([false, false, false]);
});

test("a result is a copy: it does not hold the message that it came in", () => {
  const kept = new KeptOutcomes(limits);
  const message = new Uint8Array(5_000);
  kept.keep("a", { end: { json: message.subarray(10, 20), node: "n" } }, 0);

  const { end } = kept.get("a", 0) as { end: { json: Uint8Array } };
  expect(end.json.buffer.byteLength).toBe(10);
});
