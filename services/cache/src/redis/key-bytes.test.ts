import { expect, test } from "@jest/globals";
import { bytesOfKey, keyOfBytes } from "./key-bytes.js";

test.each([
  "a",
  "ключ",
  "😀",
  "\ufffd",
  "\ud800",
  "a\udfffb",
  "\ud83d\ud83d\ude00",
  "\udc00\ud800",
  "\u0000",
  "\ud7ff\ue000",
])("the key %j comes back", (key) => {
  expect(keyOfBytes(Buffer.from(bytesOfKey(key)))).toBe(key);
});

test("keys that differ have bytes that differ", () => {
  const keys = ["\ud800", "\ud801", "\udfff", "\ufffd"];

  const written = keys.map((key) => Buffer.from(bytesOfKey(key)).toString("hex"));

  expect(new Set(written).size).toBe(keys.length);
});

test("the order of bytes is that of code points", () => {
  const keys = ["z", "\ud7ff", "\ue000", "\uffff", "😀"];

  const sorted = keys.map((key) => Buffer.from(bytesOfKey(key))).sort(Buffer.compare);

  expect(sorted.map(keyOfBytes)).toEqual(keys);
});
