import { expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { decodeJson, decodeJsonObject, payloadLimits } from "./index.js";

const read = (text: string) => decodeJson(Buffer.from(text));

function refusalOf(bytes: Uint8Array | string): string {
  try {
    decodeJson(Buffer.from(bytes));
  } catch (error) {
    expect(error).toBeInstanceOf(WeftError);
    const { code, reason, message } = error as WeftError;
    expect({ code, reason }).toEqual({ code: Code.InvalidArgument, reason: Reason.InvalidPayload });
    expect(message.length).toBeLessThanOrEqual(256);
    return message.replace("Malformed request payload: ", "");
  }
  throw new Error("it was not refused");
}

test.each(["1", '{"n":9007199254740993}'])("every key is a plain key, by either parser: %s", (value) => {
  const { value: object } = read(`{"__proto__":{"x":${value}},"constructor":1,"toString":[{}],"":null}`);

  expect(Object.getPrototypeOf(object)).toBeNull();
  expect(Object.keys(object as object)).toEqual(["__proto__", "constructor", "toString", ""]);
  const [first, , list] = Object.values(object as object);
  expect(Object.getPrototypeOf(first)).toBeNull();
  expect(Object.getPrototypeOf(list[0])).toBeNull();
});

test.each<[string, unknown]>([
  ["9007199254740991", 9_007_199_254_740_991],
  ["9007199254740992", 9_007_199_254_740_992n],
  ["-9007199254740993", -9_007_199_254_740_993n],
  ["[18446744073709551615,1]", [18_446_744_073_709_551_615n, 1]],
  ["9007199254740993.0", 9_007_199_254_740_992],
  ["9007199254740993e0", 9_007_199_254_740_992],
  ["0.30000000000000004", 0.300_000_000_000_000_04],
  ['"9007199254740993"', "9007199254740993"],
  ["1e308", 1e308],
  ["-0", -0],
])("numbers are exact integers or doubles: %s", (text, value) => {
  expect(read(text)).toEqual({ value, verbatim: true });
});

test.each<[string, unknown, boolean]>([
  ['{"a":1,"b":{"a":1}}', { a: 1, b: { a: 1 } }, true],
  ['{"a":":","b":"\\":"}', { a: ":", b: '":' }, true],
  ['{"a":1,"a":2}', { a: 2 }, false],
  ['{"a":1,"\\u0061":2}', { a: 2 }, false],
  ['[{"a":{"b":1,"b":1}}]', [{ a: { b: 1 } }], false],
  ['{"a":{"b":1},"a":2}', { a: 2 }, false],
  ['{"__proto__":1,"__proto__":2}', JSON.parse('{"__proto__":2}'), false],
  ['{"a":9007199254740993,"a":9007199254740995}', { a: 9_007_199_254_740_995n }, false],
])("a key that stands twice is told, and the last counts: %s", (text, value, verbatim) => {
  const decoded = read(text);

  expect(decoded.verbatim).toBe(verbatim);
  expect(structuredClone(decoded.value)).toEqual(structuredClone(value));
});

test.each<[string, string | Uint8Array, string]>([
  ["nothing", "", "invalid JSON (JSON value expected but reached end of input) at character 0 of the JSON text"],
  ["a word", '{"a":tru}', "invalid JSON (Object value expected after ':') at character 5 of the JSON text"],
  ["two values", "1 2", "invalid JSON (Expected end of input but got '2') at character 2 of the JSON text"],
  [
    "a byte order mark",
    "\ufeff{}",
    "invalid JSON (JSON value expected but got '\ufeff') at character 0 of the JSON text",
  ],
  [
    "bad UTF-8",
    Uint8Array.of(0x22, 0x61, 0xc3, 0x28, 0x22),
    "bytes that are not valid UTF-8 at byte 2 of the JSON text",
  ],
  ["half a surrogate pair", '{"a":["\\ud83d"]}', "a string with half a surrogate pair at args.a[0]"],
  ["half a pair in a key", '{"a":{"\\udc00":1}}', "a key with half a surrogate pair at args.a"],
  ["too large a number", '{"a":[1,1e400]}', "a number that is not finite at args.a[1]"],
  ["an endless integer", `[${"9".repeat(400)}]`, "a number that is not finite at args[0]"],
  ["a large text that breaks off", `["${"x".repeat(20_000)}`, "invalid JSON at args"],
])("refused: %s", (_case, bytes, problem) => {
  expect(refusalOf(bytes)).toBe(problem);
});

test("whole surrogate pairs and escaped backslashes pass", () => {
  expect(read('["\\ud83d\\ude00","\\\\ud83d"]').value).toEqual(["😀", "\\ud83d"]);
});

test("the limits are 32 levels and 10,000 values", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const long = (items: number) => `[${"1, ".repeat(items - 1)}1]`;

  expect(() => read(nested(32))).not.toThrow();
  expect(refusalOf(nested(33))).toBe("more than 32 levels at byte 32 of the JSON text");
  expect(() => read(long(10_000))).not.toThrow();
  expect(refusalOf(long(10_001))).toContain("more than 10000 values at byte");
  expect(refusalOf(`[${"[[]],".repeat(5_000)}1]`)).toContain("more than 10000 values");
  expect(refusalOf(`{${'"a":1,'.repeat(10_000)}"a":1}`)).toContain("more than 10000 values");
  expect(() => decodeJson(Buffer.from(nested(40)), { ...payloadLimits, maxDepth: 40 })).not.toThrow();
});

test.each<[string, string]>([
  ["deep", "[".repeat(1_000_000)],
  ["deep objects", '{"a":'.repeat(200_000)],
  ["long", `[${"1,".repeat(1_000_000)}1]`],
  ["one long string of escapes", `"${"\\\\".repeat(500_000)}`],
  ["quotes", '"'.repeat(1_000_000)],
])("hostile text is refused in milliseconds: %s", (_case, text) => {
  const bytes = Buffer.from(text);
  const startedAt = performance.now();

  refusalOf(bytes);

  expect(performance.now() - startedAt).toBeLessThan(500); // some 5 ms; a parse that is not linear takes minutes
});

test("arguments must be an object", () => {
  expect(decodeJsonObject(Buffer.from('{"a":1}')).value).toEqual({ __proto__: null, a: 1 });
  for (const text of ["[]", "null", "1", '"a"']) {
    expect(() => decodeJsonObject(Buffer.from(text))).toThrow("JSON that is not an object at args");
  }
});
