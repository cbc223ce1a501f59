import { describe, expect, test } from "@jest/globals";
import { decodeValue, encodeValue } from "@weft/contracts";
import { WeftError } from "@weft/core";
import { type Content, dataOf, storedValue, wireFormOf } from "./content.js";

const json = (text: string): Content => ({ $case: "valueJson", value: Buffer.from(text) });
const data = (value: unknown): Content => ({ $case: "data", value });
const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

describe("what is stored comes back equal", () => {
  test.each([null, true, false, 0, -1.5, "", "é\u{1f600}", [], {}, [1, [2, { a: null }]], { b: { c: "d" } }])(
    "%j, by every way in and out",
    (value) => {
      const contents: Content[] = [
        data(value),
        json(JSON.stringify(value)),
        { $case: "value", value: encodeValue(value) },
      ];
      for (const content of contents) {
        const stored = storedValue(content);
        expect(dataOf(stored)).toEqual(value);
        expect(JSON.parse(wireFormOf(stored, "json").value.toString())).toEqual(value);
        expect(decodeValue(wireFormOf(stored, "value").value)).toEqual(value);
      }
    },
  );

  test("JSON keeps its very bytes, and integers of 64 bits their digits", () => {
    const text = '{ "max": 18446744073709551615 , "one": 1.0 }';

    const stored = storedValue(json(text));

    expect(wireFormOf(stored, "json").value.toString()).toBe(text);
    expect(dataOf(stored)).toEqual({ max: 18_446_744_073_709_551_615n, one: 1 });
    expect(decodeValue(wireFormOf(stored, "value").value)).toEqual({ max: "18446744073709551615", one: 1 });
  });

  test("keys that mean something to JavaScript are keys like any other", () => {
    const stored = storedValue(json('{"__proto__":{"a":1},"constructor":2}'));

    expect(Object.keys(dataOf(stored) as object)).toEqual(["__proto__", "constructor"]);
  });

  test("raw bytes stay bytes in every form, and are base64 as data", () => {
    const bytes = Buffer.from([0, 255, 128]);

    const stored = storedValue({ $case: "valueBytes", value: bytes, contentType: "image/png" });

    expect(wireFormOf(stored, "json")).toEqual({ $case: "valueBytes", value: bytes });
    expect(wireFormOf(stored, "value")).toEqual({ $case: "valueBytes", value: bytes });
    expect(dataOf(stored)).toBe("AP+A");
  });

  test("of a key that stands twice only the last is kept, so that all readers see the same", () => {
    const stored = storedValue(json('{"a":1,"a":2}'));

    expect(wireFormOf(stored, "json").value.toString()).toBe('{"a":2}');
  });
});

describe("what could not be read again is refused", () => {
  test.each<[string, Content]>([
    ["no JSON", json("{")],
    ["empty JSON", json("")],
    ["a number beyond doubles", json("1e999")],
    ["bad UTF-8", { $case: "valueJson", value: Buffer.from([0x22, 0xff, 0x22]) }],
    ["a Value without a kind", { $case: "value", value: Buffer.alloc(0) }],
    ["30 levels", data(nested(30))],
  ])("%s", (_, content) => {
    expect(() => storedValue(content)).toThrow(WeftError);
    expect(() => storedValue(content)).toThrow("Malformed request payload");
  });

  test("29 levels are the most, and still fit into a list", () => {
    const stored = storedValue(data(nested(29)));

    expect(() => encodeValue({ items: [{ value: dataOf(stored) }] })).not.toThrow();
  });
});
