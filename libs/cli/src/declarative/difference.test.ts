import { expect, test } from "@jest/globals";
import { difference } from "./difference.js";

const exact = { allowMore: false };

test.each<[unknown, unknown]>([
  [
    { a: 1, b: [{ c: null }] },
    { b: [{ c: null }], a: 1 },
  ],
  [0.3, 0.1 + 0.2],
  [5, 5n],
  [2n ** 60n, 2n ** 60n],
  ["", ""],
  [[], []],
])("%j and %j are equal", (expected, actual) => {
  expect(difference(expected, actual, exact)).toBeUndefined();
});

test.each<[unknown, unknown, string]>([
  [1, 2, "expected 1, got 2"],
  [1, "1", 'expected 1, got "1"'],
  [2 ** 60, 2n ** 60n + 1n, "expected 1.152921504606847e+18, got 1152921504606846977"],
  [null, undefined, "expected null, got nothing"],
  [{ a: { b: [1] } }, { a: { b: [2] } }, "a.b.0: expected 1, got 2"],
  [{ a: 1 }, {}, "a: expected 1, but it is missing"],
  [{}, { a: 1 }, "a: not expected, got 1"],
  [[1], [1, 2], "length: expected 1, got 2"],
  [[], {}, "expected [], got {}"],
  [{}, { constructor: 1 }, "constructor: not expected, got 1"],
])("%j and %j differ", (expected, actual, text) => {
  expect(difference(expected, actual, exact)).toBe(text);
});

test("more fields are no difference where they are allowed, at any depth", () => {
  expect(difference({ a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }], d: 3 }, { allowMore: true })).toBeUndefined();
});
