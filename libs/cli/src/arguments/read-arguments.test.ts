import { expect, test } from "@jest/globals";
import { Argument } from "@weft/contracts/function";
import { readArguments } from "./read-arguments.js";

const declared = [
  Argument.fromPartial({ name: "name", type: "string" }),
  Argument.fromPartial({ name: "limit", type: "num" }),
];
const declarations = async () => declared;
const nobodyAsks = () => Promise.reject(new Error("asked for the declarations"));

test("pairs are typed by the declarations", async () => {
  const args = await readArguments({ pairs: ["name=12", "limit=12"], json: undefined }, declarations);

  expect({ ...args }).toEqual({ name: "12", limit: 12 });
});

test("a value begins behind the first equals sign", async () => {
  const args = await readArguments({ pairs: ["name=a=b:=c"], json: undefined }, declarations);

  expect({ ...args }).toEqual({ name: "a=b:=c" });
});

test("JSON needs no declarations, by pair or as a whole, and pairs win", async () => {
  const args = await readArguments({ pairs: ["name:=[1]"], json: '{"name":"x","limit":3}' }, nobodyAsks);

  expect({ ...args }).toEqual({ name: [1], limit: 3 });
});

test("no key is special", async () => {
  const args = await readArguments({ pairs: ["__proto__=1"], json: '{"constructor":2}' }, async () => []);

  expect(Object.entries(args)).toEqual([
    ["constructor", 2],
    ["__proto__", 1],
  ]);
});

test.each([
  [["name"], undefined, '"name" is no argument: write name=value, or name:=JSON'],
  [["=1"], undefined, '"=1" is no argument: write name=value, or name:=JSON'],
  [[":=1"], undefined, '":=1" is no argument: write name=value, or name:=JSON'],
  [["name=1", "name=2"], undefined, "name is given twice"],
  [["name:={"], undefined, "name takes JSON after :=, got {"],
  [[], "[]", "--args must be a JSON object, got []"],
  [["limit=a", "name:=b"], undefined, 'limit takes a number (num), got "a"; name takes JSON after :=, got b'],
])("refuses %j with %j", async (pairs, json, message) => {
  await expect(readArguments({ pairs, json }, declarations)).rejects.toThrow(message);
});
