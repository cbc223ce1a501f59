import { type PayloadLimits, payloadLimits } from "./limits.js";
import { malformed } from "./malformed.js";
import { pathOf, type Trail } from "./path.js";
import { asBuffer, TextReader } from "./text.js";
import { WireReader } from "./wire-reader.js";

/** An object whose keys are all plain: it has no prototype, so `__proto__` and `constructor` are keys like any other. */
export type PlainObject = Record<string, unknown>;

/**
 * Reads a `google.protobuf.Struct`. Our own reader, since ts-proto's loses `__proto__` keys and bad UTF-8 without a word.
 * Stops at the first thing that is wrong or beyond `limits`, with a WeftError INVALID_PAYLOAD; fields that the message
 * does not declare are skipped, and of a field or key that stands twice the last counts.
 */
export function decodeStruct(bytes: Uint8Array, limits: PayloadLimits = payloadLimits): PlainObject {
  const decoder = new StructDecoder(asBuffer(bytes), limits);
  return decoder.struct(bytes.length, 1);
}

/** Reads a `google.protobuf.Value`, as decodeStruct does. One without a kind is malformed. */
export function decodeValue(bytes: Uint8Array, limits: PayloadLimits = payloadLimits): unknown {
  const decoder = new StructDecoder(asBuffer(bytes), limits);
  return decoder.value(bytes.length, 0);
}

/** Reads a `google.protobuf.ListValue`, as decodeStruct does. */
export function decodeListValue(bytes: Uint8Array, limits: PayloadLimits = payloadLimits): unknown[] {
  const decoder = new StructDecoder(asBuffer(bytes), limits);
  return decoder.list(bytes.length, 1);
}

// Tags of struct.proto: field number and wire type.
const structFields = 0x0a;
const entryKey = 0x0a;
const entryValue = 0x12;
const listValues = 0x0a;
const kind = { null: 0x08, number: 0x11, string: 0x1a, bool: 0x20, struct: 0x2a, list: 0x32 } as const;

/** One pass over one message. The methods read up to `end` and recurse no deeper than the limit. */
class StructDecoder {
  readonly #wire: WireReader;
  readonly #text: TextReader;
  readonly #limits: PayloadLimits;
  readonly #trail: Trail = [];
  #values = 0;

  constructor(bytes: Buffer, limits: PayloadLimits) {
    this.#limits = limits;
    this.#text = new TextReader(bytes);
    this.#wire = new WireReader(bytes, (what) => this.#refuse(what));
  }

  struct(end: number, depth: number): PlainObject {
    this.#enter(depth);
    const wire = this.#wire;
    const object: PlainObject = Object.create(null);
    while (wire.at < end) {
      const tag = wire.varint(end);
      if (tag === structFields) this.#entry(object, wire.length(end), depth);
      else wire.skip(tag, end);
    }
    this.#trail.length = depth - 1;
    return object;
  }

  list(end: number, depth: number): unknown[] {
    this.#enter(depth);
    const wire = this.#wire;
    const list: unknown[] = [];
    while (wire.at < end) {
      const tag = wire.varint(end);
      if (tag !== listValues) {
        wire.skip(tag, end);
        continue;
      }
      this.#trail[depth - 1] = list.length;
      this.#count();
      list.push(this.value(wire.length(end), depth));
    }
    this.#trail.length = depth - 1;
    return list;
  }

  value(end: number, depth: number): unknown {
    const wire = this.#wire;
    let value: unknown;
    while (wire.at < end) {
      const tag = wire.varint(end);
      if (tag === kind.string) value = this.#string(wire.length(end), "a string");
      else if (tag === kind.number) value = this.#number(end);
      else if (tag === kind.bool) value = wire.varint(end) !== 0;
      else if (tag === kind.struct) value = this.struct(wire.length(end), depth + 1);
      else if (tag === kind.list) value = this.list(wire.length(end), depth + 1);
      else if (tag === kind.null) {
        wire.varint(end);
        value = null;
      } else wire.skip(tag, end);
    }
    if (value === undefined) throw this.#refuse("a value without a kind");
    return value;
  }

  #entry(object: PlainObject, end: number, depth: number): void {
    const wire = this.#wire;
    let key = "";
    let valueStart = -1;
    let valueEnd = -1;
    while (wire.at < end) {
      const tag = wire.varint(end);
      if (tag === entryKey) key = this.#string(wire.length(end), "a key");
      else if (tag === entryValue) {
        // Read later: the key may stand behind it, and messages name the key.
        valueEnd = wire.length(end);
        valueStart = wire.at;
        wire.at = valueEnd;
      } else wire.skip(tag, end);
    }
    this.#trail[depth - 1] = key;
    this.#count();
    if (valueStart < 0) throw this.#refuse("a value without a kind");
    wire.at = valueStart;
    object[key] = this.value(valueEnd, depth);
    wire.at = end;
  }

  #string(end: number, what: string): string {
    const wire = this.#wire;
    const text = this.#text.read(wire.at, end);
    if (text === undefined) throw this.#refuse(`${what} that is not valid UTF-8`);
    wire.at = end;
    return text;
  }

  #number(end: number): number {
    const value = this.#wire.double(end);
    if (!Number.isFinite(value)) throw this.#refuse("a number that is not finite");
    return value;
  }

  #enter(depth: number): void {
    if (depth > this.#limits.maxDepth) throw this.#refuse(`more than ${this.#limits.maxDepth} levels`);
  }

  #count(): void {
    if (++this.#values > this.#limits.maxValues) throw this.#refuse(`more than ${this.#limits.maxValues} values`);
  }

  #refuse(what: string) {
    const path = pathOf(this.#limits.field, this.#trail);
    return malformed(what, path, path);
  }
}
