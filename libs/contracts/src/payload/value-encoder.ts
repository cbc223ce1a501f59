import { Code, Reason, WeftError } from "@weft/core";
import { meshDomain } from "../status.js";
import { decodeJson } from "./json-decoder.js";
import { resultLimits } from "./limits.js";
import type { Trail } from "./path.js";
import { nameOfScalar, shapeOf, unsupported } from "./shape.js";
import { hasLoneSurrogate } from "./text.js";
import { WireWriter } from "./wire-writer.js";

/**
 * Writes data as a `google.protobuf.Value`, by the rules of encodeJson, except that a bigint becomes a decimal string: the
 * numbers of Value are doubles.
 */
export function encodeValue(value: unknown): Buffer {
  const encoder: Encoder = { wire: new WireWriter(), trail: [] };
  writeValue(value ?? null, 0, encoder);
  return encoder.wire.finish();
}

/** Writes an object as a `google.protobuf.Struct`, by the rules of encodeValue. */
export function encodeStruct(object: Readonly<Record<string, unknown>>): Buffer {
  const encoder: Encoder = { wire: new WireWriter(), trail: [] };
  writeFields(object, 0, encoder);
  return encoder.wire.finish();
}

/** Writes a list as a `google.protobuf.ListValue`, by the rules of encodeValue. */
export function encodeListValue(list: readonly unknown[]): Buffer {
  const encoder: Encoder = { wire: new WireWriter(), trail: [] };
  writeItems(list, 0, encoder);
  return encoder.wire.finish();
}

/**
 * The same result in the other form: JSON bytes as a node answered them, to a `google.protobuf.Value`. Malformed bytes are
 * the node's fault, so they throw a WeftError INTERNAL.
 */
export function jsonToValue(bytes: Uint8Array): Buffer {
  let value: unknown;
  try {
    value = decodeJson(bytes, resultLimits).value;
  } catch (error) {
    const message = "a result that is not JSON, or beyond the limits";
    throw new WeftError(Code.Internal, message, { reason: Reason.Internal, domain: meshDomain, cause: error });
  }
  return encodeValue(value);
}

interface Encoder {
  readonly wire: WireWriter;
  readonly trail: Trail;
}

// Tags of struct.proto: field number and wire type.
const structFields = 0x0a;
const entryKey = 0x0a;
const entryValue = 0x12;
const listValues = 0x0a;
const kind = { null: 0x08, number: 0x11, string: 0x1a, bool: 0x20, struct: 0x2a, list: 0x32 } as const;

// Everything is written from its end to its beginning, so each length is known when its turn comes.
function writeValue(value: unknown, depth: number, encoder: Encoder): void {
  const { wire, trail } = encoder;
  if (typeof value === "string") writeText(kind.string, value, depth, encoder);
  else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw unsupported(nameOfScalar(value), trail, depth);
    wire.double(value);
    wire.byte(kind.number);
  } else if (typeof value === "boolean") {
    wire.byte(value ? 1 : 0);
    wire.byte(kind.bool);
  } else if (typeof value === "bigint") writeText(kind.string, value.toString(), depth, encoder);
  else if (value === null) {
    wire.byte(0);
    wire.byte(kind.null);
  } else if (typeof value === "object") writeObject(value, depth, encoder);
  else throw unsupported(nameOfScalar(value), trail, depth);
}

function writeObject(value: object, depth: number, encoder: Encoder): void {
  const { wire, trail } = encoder;
  const shape = shapeOf(value);
  if (typeof shape === "object") throw unsupported(shape.unsupported, trail, depth);
  if (shape === "date") {
    writeText(kind.string, (value as Date).toISOString(), depth, encoder);
    return;
  }
  if (depth >= resultLimits.maxDepth) {
    throw unsupported(`more than ${resultLimits.maxDepth} levels, or a cycle,`, trail, depth);
  }
  const end = wire.written;
  if (shape === "list") writeItems(value as readonly unknown[], depth, encoder);
  else writeFields(value as Readonly<Record<string, unknown>>, depth, encoder);
  wire.varint(wire.written - end);
  wire.byte(shape === "list" ? kind.list : kind.struct);
}

function writeItems(list: readonly unknown[], depth: number, encoder: Encoder): void {
  const { wire, trail } = encoder;
  for (let i = list.length - 1; i >= 0; i--) {
    const end = wire.written;
    trail[depth] = i;
    writeValue(list[i], depth + 1, encoder);
    wire.varint(wire.written - end);
    wire.byte(listValues);
  }
}

function writeFields(object: Readonly<Record<string, unknown>>, depth: number, encoder: Encoder): void {
  const { wire, trail } = encoder;
  const keys = Object.keys(object);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] as string;
    const value = object[key];
    if (value === undefined) continue;
    const end = wire.written;
    trail[depth] = key;
    writeValue(value, depth + 1, encoder);
    wire.varint(wire.written - end);
    wire.byte(entryValue);
    writeText(entryKey, key, depth, encoder);
    wire.varint(wire.written - end);
    wire.byte(structFields);
  }
}

function writeText(tag: number, text: string, depth: number, encoder: Encoder): void {
  const { wire, trail } = encoder;
  const length = wire.text(text);
  // Only text beyond ASCII can hold one, and only there is the search worth its time.
  if (length !== text.length && hasLoneSurrogate(text)) throw unsupported("half a surrogate pair", trail, depth);
  wire.varint(length);
  wire.byte(tag);
}
