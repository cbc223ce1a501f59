import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readFlatObject } from "./flat-object.js";
import { decodeJson, decodeJsonObject } from "./json-decoder.js";

const read = (text: string) => readFlatObject(Buffer.from(text));

test.each([
  "{}",
  '{"id":"2643743","country":"GB"}',
  '{"id": "2643743", "country": "GB"}',
  '{ "a":1,"b":-20,"c":0,"d":true,"e":false,"f":null}',
  '{"a":999999999999999,"b":""}',
  '{"long":"a string that is longer than what a substring would copy"}',
  '{"lat":51.5074,"lon":-0.1278,"a":1e3,"b":-2.5E-3,"c":-0}',
  '{"__proto__":"a","constructor":"b","toString":1,"10":2,"9":3}',
])("%s is read", (text) => {
  const object = read(text);

  expect(object).toEqual(decodeJson(Buffer.from(text)).value);
  expect(Object.keys(object ?? {})).toEqual(Object.keys(JSON.parse(text)));
  expect(Object.getPrototypeOf(object)).toBeNull();
});

test.each([
  "",
  "{",
  "}",
  "[]",
  "null",
  '{"a":1,"a":1}',
  '{"a":null,"a":1}',
  '{"a":"\\n"}',
  '{"\\u0061":1}',
  '{"a":"\t"}',
  '{"a":01}',
  '{"a":.5}',
  '{"a":5.}',
  '{"a":+5}',
  '{"a":1e400}',
  '{"a":0x10}',
  '{"a":Infinity}',
  '{"a":"é"}',
  '{"a":"{"}',
  '{"a":1234567890123456}',
  '{"a":{}}',
  '{"a":[]}',
  '{"a":}',
  '{"a"}',
  "{a:1}",
  '{"a":"}',
  '{"a":1,}',
  "{,}",
  '{"a":1 }',
  '{"a" :1}',
  '{"a":1}}',
  '{"a":True}',
  ' {"a":1}',
  `{"a":"${"x".repeat(1_024)}"}`,
  `{${Array.from({ length: 17 }, (_, at) => `"${at}":${at}`).join()}}`,
])("%j is left to the general way", (text) => {
  expect(read(text)).toBeUndefined();
});

test("bytes that are no UTF-8 are left to the general way", () => {
  expect(readFlatObject(Buffer.from('{"a":"\xff"}', "latin1"))).toBeUndefined();
  expect(readFlatObject(Buffer.from('{"\xff":"a"}', "latin1"))).toBeUndefined();
});

const general = (bytes: Buffer) => {
  try {
    return decodeJson(bytes).value;
  } catch {
    return "refused";
  }
};

test("whatever is read is what the general way reads", () => {
  const value = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.double(),
  );
  const written = fc.dictionary(fc.string(), value, { maxKeys: 20 }).map((object) => JSON.stringify(object));
  const mutated = fc
    .tuple(written, fc.nat(), fc.constantFrom(...'{}[]",:\\ 019-eEtn\u0000\u007f\n', "é"))
    .map(
      ([text, at, other]) => text.slice(0, at % (text.length + 1)) + other + text.slice((at % (text.length + 1)) + 1),
    );
  fc.assert(
    fc.property(fc.oneof(written, mutated), (text) => {
      const bytes = Buffer.from(text);
      const object = readFlatObject(bytes);
      if (object === undefined) return;
      expect(object).toEqual(general(bytes));
      expect(decodeJsonObject(bytes).verbatim).toBe(decodeJson(bytes).verbatim);
    }),
    { numRuns: 3_000 },
  );
});
