import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { decodeListValue, decodeStruct, decodeValue, payloadLimits } from "./index.js";

const text = (value: string) => new BinaryWriter().uint32(0x1a).string(value).finish();
const number = (value: number) => new BinaryWriter().uint32(0x11).double(value).finish();
const map = (struct: Uint8Array) => new BinaryWriter().uint32(0x2a).bytes(struct).finish();
const list = (...items: Uint8Array[]) =>
  new BinaryWriter()
    .uint32(0x32)
    .bytes(listValue(...items))
    .finish();

function listValue(...items: Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const item of items) writer.uint32(0x0a).bytes(item);
  return writer.finish();
}

function struct(...fields: [key: string | Uint8Array, value: Uint8Array][]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [key, value] of fields) {
    const keyBytes = typeof key === "string" ? Buffer.from(key) : key;
    writer.uint32(0x0a).fork().uint32(0x0a).bytes(keyBytes).uint32(0x12).bytes(value).join();
  }
  return writer.finish();
}

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(WeftError);
    const { code, reason, message, violations } = error as WeftError;
    expect({ code, reason }).toEqual({ code: Code.InvalidArgument, reason: Reason.InvalidPayload });
    expect(message.length).toBeLessThanOrEqual(256);
    expect(violations).toHaveLength(1);
    return message.replace("Malformed request payload: ", "");
  }
  throw new Error("it was not refused");
}

test("every key is a plain key of an object without a prototype", () => {
  const keys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "é", "a.b"];

  const object = decodeStruct(struct(...keys.map((key): [string, Uint8Array] => [key, text(`value of ${key}`)])));

  expect(Object.getPrototypeOf(object)).toBeNull();
  expect(Object.keys(object)).toEqual(keys);
  expect(Object.values(object)).toEqual(keys.map((key) => `value of ${key}`));
});

test("each kind of value is read as what it says", () => {
  const nothing = Uint8Array.of(0x08, 0x00);
  const yes = Uint8Array.of(0x20, 0x01);
  const bytes = list(
    nothing,
    yes,
    Uint8Array.of(0x20, 0x00),
    number(-1.5),
    text(""),
    text("ж😀"),
    map(struct()),
    list(),
  );

  expect(decodeValue(bytes)).toEqual([null, true, false, -1.5, "", "ж😀", Object.create(null), []]);
  expect(decodeListValue(listValue(nothing, list(yes)))).toEqual([null, [true]]);
});

test("fields may come in any order, unknown ones are skipped, and the last of two counts", () => {
  const entry = new BinaryWriter().uint32(0x12).bytes(number(1)).uint32(0x0a).string("late key").finish();
  const unknown = Uint8Array.of(0x38, 0x05, 0x3d, 1, 2, 3, 4, 0x39, 1, 2, 3, 4, 5, 6, 7, 8, 0x3a, 0x01, 0xff);
  const bytes = Buffer.concat([
    Buffer.of(0x0a, entry.length),
    entry,
    unknown,
    struct(["a", number(1)], ["a", number(2)]),
  ]);

  expect(decodeStruct(bytes)).toEqual({ __proto__: null, "late key": 1, a: 2 });
  expect(decodeValue(Buffer.concat([number(1), text("x")]))).toBe("x");
});

test.each<[string, () => unknown, string]>([
  ["no kind", () => decodeStruct(struct(["a", new Uint8Array(0)])), "a value without a kind at args.a"],
  ["no kind at the root", () => decodeValue(new Uint8Array(0)), "a value without a kind at args"],
  ["an entry without a value", () => decodeStruct(Uint8Array.of(10, 3, 10, 1, 97)), "a value without a kind at args.a"],
  [
    "NaN",
    () => decodeStruct(struct(["a", list(number(1), number(Number.NaN))])),
    "a number that is not finite at args.a[1]",
  ],
  ["Infinity", () => decodeValue(number(Number.NEGATIVE_INFINITY)), "a number that is not finite at args"],
  ["bad UTF-8", () => decodeValue(Uint8Array.of(0x1a, 2, 0xc3, 0x28)), "a string that is not valid UTF-8 at args"],
  [
    "a surrogate",
    () => decodeValue(Uint8Array.of(0x1a, 3, 0xed, 0xa0, 0x80)),
    "a string that is not valid UTF-8 at args",
  ],
  ["a bad key", () => decodeStruct(struct([Uint8Array.of(0xff), number(1)])), "a key that is not valid UTF-8 at args"],
  ["a length beyond the end", () => decodeStruct(Uint8Array.of(10, 5, 10)), "protobuf that breaks off at args"],
  ["half a double", () => decodeValue(Uint8Array.of(0x11, 0, 0)), "protobuf that breaks off at args"],
  ["an endless varint", () => decodeValue(new Uint8Array(12).fill(0xff)), "protobuf that is not well-formed at args"],
  ["a group", () => decodeValue(Uint8Array.of(0x3b)), "protobuf that is not well-formed at args"],
  ["field 0", () => decodeValue(Uint8Array.of(0x00, 0x00)), "protobuf that is not well-formed at args"],
])("refused: %s", (_case, read, problem) => {
  expect(refusalOf(read)).toBe(problem);
});

test("the limits are 32 levels and 10,000 values", () => {
  const nested = (levels: number) => {
    let value: Uint8Array = list();
    for (let level = 1; level < levels; level++) value = list(value);
    return value;
  };
  const long = (items: number) => list(...new Array<Uint8Array>(items).fill(number(1)));

  expect(() => decodeValue(nested(32))).not.toThrow();
  expect(refusalOf(() => decodeValue(nested(33)))).toContain("more than 32 levels at args[0][0]");
  expect(() => decodeValue(long(10_000))).not.toThrow();
  expect(refusalOf(() => decodeValue(long(10_001)))).toBe("more than 10000 values at args[10000]");
  expect(() => decodeValue(nested(40), { ...payloadLimits, maxDepth: 40 })).not.toThrow();
});

test("reading stops where a limit is passed, however much follows", () => {
  let nested: Buffer = Buffer.alloc(0);
  for (let level = 0; level < 2_000; level++) nested = Buffer.from(list(nested));
  const million = Buffer.alloc(11_000_000);
  for (let at = 0; at < million.length; at += 11) million.set([0x0a, 9, 0x11], at);

  expect(refusalOf(() => decodeValue(nested))).toContain("more than 32 levels");
  expect(refusalOf(() => decodeListValue(million))).toBe("more than 10000 values at args[10000]");
});
