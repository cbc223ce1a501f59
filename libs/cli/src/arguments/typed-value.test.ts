import { expect, test } from "@jest/globals";
import { Argument } from "@weft/contracts/function";
import { typedValue } from "./typed-value.js";

const declare = (type: string, allowNil = false) => Argument.fromPartial({ name: "a", type, allowNil });

test.each([
  ["string", "12", "12"],
  ["string", "null", "null"],
  ["uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"],
  ["datetime", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
  ["num", "-1.5e3", -1500],
  ["int64", "9007199254740993", 9007199254740993n],
  ["int64", "7", 7],
  ["boolean", "true", true],
  ["list", "[1,2]", [1, 2]],
  ["list_map", "[]", []],
  ["any", "1", 1],
  ["any", "hello", "hello"],
  ["any", "null", null],
])("text for an argument of type %s: %s", (type, text, value) => {
  expect(typedValue("a", text, declare(type))).toEqual({ value });
});

test("an object for a map", () => {
  expect(JSON.stringify(typedValue("a", '{"b":{"c":1}}', declare("map")))).toBe('{"value":{"b":{"c":1}}}');
});

test.each([
  ["num", "many", 'a takes a number (num), got "many"'],
  ["num", "", 'a takes a number (num), got ""'],
  ["num", "null", 'a takes a number (num), got "null"'],
  ["int64", "1.5", 'a takes a whole number (int64), got "1.5"'],
  ["boolean", "yes", 'a takes true or false (boolean), got "yes"'],
  ["list_string", "x", 'a takes a JSON list such as ["a","b"] (list_string), got "x"'],
  ["map", "[]", 'a takes a JSON object such as {"a":1} (map), got "[]"'],
])("text that is no %s is refused: %s", (type, text, problem) => {
  expect(typedValue("a", text, declare(type))).toEqual({ problem });
});

test("null is a value where the declaration allows it", () => {
  expect(typedValue("a", "null", declare("num", true))).toEqual({ value: null });
});

test("an argument that the function does not declare is JSON or else text", () => {
  expect(typedValue("a", "[1]", undefined)).toEqual({ value: [1] });
  expect(typedValue("a", "[1", undefined)).toEqual({ value: "[1" });
});
