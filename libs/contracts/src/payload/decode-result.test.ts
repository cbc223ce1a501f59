import { expect, test } from "@jest/globals";
import type { WeftError } from "@weft/core";
import fc from "fast-check";
import { decodeResult } from "./decode-result.js";
import { decodeJson } from "./json-decoder.js";
import { resultLimits } from "./limits.js";

/** The value, or what it is refused with. */
function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch (error) {
    const { code, reason, message } = error as WeftError;
    return { code, reason, message };
  }
}

const both = (json: Buffer) => [outcome(() => decodeResult(json)), outcome(() => decodeJson(json, resultLimits).value)];

test("any JSON is read as decodeJson reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const [quick, general] = both(Buffer.from(text));
      expect(quick).toEqual(general);
    }),
  );
});

test.each([
  ["null", "null"],
  ["an integer beyond 2^53", '{"id":9007199254740993}'],
  ["a double beyond 2^53", "1e300"],
  ["a number that is not finite", "[1e999]"],
  ["half a surrogate pair", '["\\ud800"]'],
  ["an escaped character", '"\\u0041"'],
  ["a key twice", '{"a":1,"a":2}'],
  ["a key named __proto__", '{"__proto__":{"a":1}}'],
  ["32 levels", `${"[".repeat(32)}${"]".repeat(32)}`],
  ["33 levels", `${"[".repeat(33)}${"]".repeat(33)}`],
  ["a very deep one", `${"[".repeat(30_000)}${"]".repeat(30_000)}`],
  ["a large one", JSON.stringify({ text: "x".repeat(100_000) })],
  ["text that ends early", '{"a":'],
  ["a byte order mark", "\ufeff1"],
  ["nothing", ""],
])("%s is read, or refused, as decodeJson does it", (_what, text) => {
  const [quick, general] = both(Buffer.from(text));
  expect(quick).toEqual(general);
});

test("bytes that are not UTF-8 are refused as decodeJson does it", () => {
  const [quick, general] = both(Buffer.from([0x22, 0xff, 0x22]));
  expect(quick).toEqual(general);
});

test("objects have no prototype, at any level", () => {
  const result = decodeResult(Buffer.from('{"a":[{"b":{}}]}')) as { a: [{ b: object }] };
  for (const object of [result, result.a[0], result.a[0].b]) expect(Object.getPrototypeOf(object)).toBeNull();
});
