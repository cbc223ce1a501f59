import { expect, test } from "@jest/globals";
import { decodeJson } from "@weft/contracts";
import { digest } from "./digest.js";

const of = (json: string) => digest(decodeJson(Buffer.from(json)).value);

test.each([
  ["the order of keys", '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
  ["the form of a number", '{"a":1}', '{"a":1.0e0}'],
  ["the form of a text", '"\\u0061"', '"a"'],
])("%s makes no difference", (_title, one, other) => {
  expect(of(one)).toBe(of(other));
});

test.each([
  ["the order of items", "[1,2]", "[2,1]"],
  ["a number and its text", "1", '"1"'],
  ["null and nothing", '{"a":null}', "{}"],
  ["integers that doubles cannot tell apart", "9007199254740993", "9007199254740992"],
  ["a key __proto__", '{"__proto__":{"a":1}}', "{}"],
])("%s makes a difference", (_title, one, other) => {
  expect(of(one)).not.toBe(of(other));
});
