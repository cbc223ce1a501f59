import { isDeepStrictEqual } from "node:util";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import { decodeJson, decodeStruct, decodeValue, encodeJson, encodeStruct, encodeValue, jsonToValue } from "./index.js";

const keys = [
  "a",
  "id",
  "__proto__",
  "constructor",
  "toString",
  "",
  "länge",
  "😀",
  "0",
  "a long key, longer than others",
];
const texts = [
  "",
  "x",
  "a text of some length, past every limit",
  "ж",
  "😀\u0000\n",
  '"\\',
  "\\ud83d",
  "é".repeat(200),
];
const numbers = [0, 1, -1, 0.1, 1e300, -5e-324, 2 ** 53 - 1, 2 ** 60, 1_700_000_000_000];

/** Random data of every kind that both forms carry. */
function randomData(random: () => number, depth = 0): unknown {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const kind = Math.floor(random() * (depth < 5 ? 8 : 5));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick(numbers);
  if (kind < 5) return pick(texts);
  const length = Math.floor(random() * 6);
  if (kind === 5) return Array.from({ length }, () => randomData(random, depth + 1));
  const object: Record<string, unknown> = Object.create(null);
  for (let i = 0; i < length; i++) object[pick(keys)] = randomData(random, depth + 1);
  return object;
}

/** The plain way to write a Value, one message inside the other. */
function writeValue(value: unknown, writer = new BinaryWriter()): BinaryWriter {
  if (value === null) return writer.uint32(0x08).int32(0);
  if (typeof value === "number") return writer.uint32(0x11).double(value);
  if (typeof value === "string") return writer.uint32(0x1a).string(value);
  if (typeof value === "boolean") return writer.uint32(0x20).bool(value);
  if (Array.isArray(value)) {
    writer.uint32(0x32).fork();
    for (const item of value) writeValue(item, writer.uint32(0x0a).fork()).join();
    return writer.join();
  }
  writer.uint32(0x2a).fork();
  for (const [key, field] of Object.entries(value as object)) {
    writeValue(field, writer.uint32(0x0a).fork().uint32(0x0a).string(key).uint32(0x12).fork()).join().join();
  }
  return writer.join();
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  "data passes through every form unchanged: seed %i",
  (seed) => {
    const random = seededRandom(seed);
    for (let run = 0; run < 50; run++) {
      const data = randomData(random);
      const json = encodeJson(data);
      const value = encodeValue(data);

      expect(value.equals(writeValue(data).finish())).toBe(true);
      // Not by toEqual, which takes a key "constructor" for the class of the object.
      expect(isDeepStrictEqual(decodeValue(value), data)).toBe(true);
      expect(isDeepStrictEqual(decodeJson(json), { value: data, verbatim: true })).toBe(true);
      expect(isDeepStrictEqual(JSON.parse(json.toString()), JSON.parse(JSON.stringify(data)))).toBe(true);
      expect(jsonToValue(json).equals(value)).toBe(true);
      if (data === null || typeof data !== "object" || Array.isArray(data)) continue;
      expect(isDeepStrictEqual(decodeStruct(encodeStruct(data as Record<string, unknown>)), data)).toBe(true);
    }
  },
);

test.each([1, 2, 3, 4])("damaged bytes are read or refused, never anything else: seed %i", (seed) => {
  const random = seededRandom(seed);
  for (let run = 0; run < 500; run++) {
    const data = randomData(random);
    for (const [bytes, decode] of [
      [encodeValue(data), decodeValue],
      [encodeJson(data), decodeJson],
    ] as const) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        decode(bytes.subarray(0, Math.ceil(random() * bytes.length * 2)));
      } catch (error) {
        expect((error as Error).message).toContain("Malformed request payload: ");
      }
    }
  }
});
