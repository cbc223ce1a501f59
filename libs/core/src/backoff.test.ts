import { expect, test } from "@jest/globals";
import { createBackoff } from "./backoff.js";
import { draws } from "./testkit.js";

test("waits lie between the shortest and a ceiling that doubles up to the longest", () => {
  const lowest = createBackoff({ minMs: 100, maxMs: 1_000, random: () => 0 });
  const highest = createBackoff({ minMs: 100, maxMs: 1_000, random: () => 0.999999 });

  expect(Array.from({ length: 5 }, () => lowest.next())).toEqual([100, 100, 100, 100, 100]);
  expect(Array.from({ length: 5 }, () => highest.next())).toEqual([200, 400, 800, 1_000, 1_000]);
});

test("a success starts over", () => {
  const backoff = createBackoff({ minMs: 100, maxMs: 1_000, random: draws(0.5, 0.5, 0.5) });

  expect([backoff.next(), backoff.next()]).toEqual([150, 250]);
  backoff.reset();
  expect(backoff.next()).toBe(150);
});
