import { expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { decodeStruct, decodeValue, encodeJson, encodeStruct, encodeValue, jsonToValue } from "./index.js";

class Point {
  readonly x = 1;
  readonly y = 2;
}
class Hidden {
  readonly #x = 1;
  get x() {
    return this.#x;
  }
}
class Money {
  readonly cents = 5;
  toJSON() {
    return `${this.cents / 100}`;
  }
}

test.each<[string, unknown, string, unknown]>([
  ["null", null, "null", null],
  ["undefined by itself", undefined, "null", null],
  ["undefined in an object", { a: undefined, b: 1 }, '{"b":1}', { b: 1 }],
  ["a Date", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}', { at: "1970-01-01T00:00:00.000Z" }],
  ["a bigint", [5n, -(2n ** 64n)], "[5,-18446744073709551616]", ["5", "-18446744073709551616"]],
  ["a zero with a sign", [-0, 0], "[-0,0]", [-0, 0]],
  ["a double beyond 2^53", [2 ** 60, 1, 0.5], "[1.152921504606847e+18,1,0.5]", [2 ** 60, 1, 0.5]],
  ["text", ['"\\ \u2028 ж😀', "\\ud83d"], '["\\"\\\\ \u2028 ж😀","\\\\ud83d"]', ['"\\ \u2028 ж😀', "\\ud83d"]],
  ["an instance with fields", new Point(), '{"x":1,"y":2}', { x: 1, y: 2 }],
  [
    "mixed data beside a bigint",
    { a: [null, true, "x", {}], d: new Date(0), u: undefined, n: 1n },
    '{"a":[null,true,"x",{}],"d":"1970-01-01T00:00:00.000Z","n":1}',
    { a: [null, true, "x", {}], d: "1970-01-01T00:00:00.000Z", n: "1" },
  ],
])("encoded: %s", (_case, data, json, value) => {
  expect(encodeJson(data).toString()).toBe(json);
  expect(structuredClone(decodeValue(encodeValue(data)))).toEqual(structuredClone(value));
});

test("own keys survive, whatever their name", () => {
  const object = JSON.parse('{"__proto__":{"a":1},"constructor":2}');

  expect(encodeJson(object).toString()).toBe('{"__proto__":{"a":1},"constructor":2}');
  expect(encodeJson({ n: 1n, o: object }).toString()).toBe('{"n":1,"o":{"__proto__":{"a":1},"constructor":2}}');
  expect(JSON.stringify(decodeStruct(encodeStruct(object)))).toBe('{"__proto__":{"a":1},"constructor":2}');
});

const cycle: Record<string, unknown> = {};
cycle.self = [cycle, cycle];

test.each<[unknown, string]>([
  [() => 1, "a function at result"],
  [{ a: [Symbol("s")] }, "a symbol at result.a[0]"],
  [{ a: { b: Number.NaN } }, "NaN at result.a.b"],
  [[Number.NEGATIVE_INFINITY], "-Infinity at result[0]"],
  [[1, undefined], "undefined at result[1]"],
  [new Map(), "a Map at result"],
  [[new Set()], "a Set at result[0]"],
  [Promise.resolve(), "a Promise at result"],
  [{ "odd key": Buffer.from("x") }, 'a Buffer at result["odd key"]'],
  [new Uint8Array(1), "a Uint8Array at result"],
  [new Date(Number.NaN), "an invalid Date at result"],
  [new Hidden(), "a Hidden at result"],
  [{ price: new Money() }, "a Money at result.price"],
  ["\ud83d", "half a surrogate pair at result"],
  [{ "a\ud83d": 1 }, "half a surrogate pair at result"],
  [cycle, "more than 32 levels, or a cycle, at result.self["],
])("a mistake of the code that made it: %#", (data, problem) => {
  for (const encode of [encodeJson, encodeValue]) {
    const error = thrownBy(() => encode(data));
    expect(error).toBeInstanceOf(WeftError);
    expect(error).toMatchObject({ code: Code.Internal, reason: Reason.Internal });
    expect((error as WeftError).message).toContain(`cannot encode ${problem}`);
  }
});

test("a result changes from JSON to Value with its big integers as text", () => {
  const value = jsonToValue(Buffer.from('{"id":12345678901234567890,"n":2,"big":1.152921504606847e+18}'));

  expect(decodeValue(value)).toEqual({ __proto__: null, id: "12345678901234567890", n: 2, big: 2 ** 60 });
});

test("a result may hold more values than a request", () => {
  expect(decodeValue(jsonToValue(encodeJson(new Array(9_999).fill(1))))).toHaveLength(9_999);
  expect(jsonToValue(encodeJson(new Array(20_000).fill(1))).length).toBeGreaterThan(200_000);
});

test("a result that is not JSON is the fault of the node", () => {
  expect(thrownBy(() => jsonToValue(Buffer.from("{")))).toMatchObject({ code: Code.Internal, reason: Reason.Internal });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
