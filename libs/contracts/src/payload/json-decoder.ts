import { parse } from "lossless-json";
import { readFlatObject } from "./flat-object.js";
import { scanJson } from "./json-scan.js";
import { type PayloadLimits, payloadLimits } from "./limits.js";
import { malformed } from "./malformed.js";
import { pathOf, type Trail } from "./path.js";
import type { PlainObject } from "./struct-decoder.js";
import { asBuffer, firstInvalidByte, hasLoneSurrogate, readUtf8 } from "./text.js";

/** JSON as data, and whether its bytes may stand for it. */
export interface DecodedJson<T = unknown> {
  /**
   * Objects have no prototype. An integer literal beyond 2^53 is a bigint; a literal with a fraction or an exponent is a
   * number, however large, since that is what it is to every other reader.
   */
  readonly value: T;
  /**
   * False if a key stood twice in one object (the last counts), which another reader may understand differently: then the
   * bytes must be written anew before they are passed on.
   */
  readonly verbatim: boolean;
}

/** Reads UTF-8 JSON of any kind. Throws a WeftError INVALID_PAYLOAD for what is malformed or beyond `limits`. */
export function decodeJson(bytes: Uint8Array, limits: PayloadLimits = payloadLimits): DecodedJson {
  const buffer = asBuffer(bytes);
  const scan = scanJson(buffer, limits);
  const text = readUtf8(buffer);
  if (text === undefined) throw inText("bytes that are not valid UTF-8", `byte ${firstInvalidByte(buffer)}`, limits);
  const parsed = scan.bigIntegers ? parseExactly(text, limits) : parseFast(text, limits);
  const walk: Walk = { keys: 0, checkStrings: scan.unicodeEscapes, trail: [], limits };
  const value = plain(parsed, 0, walk);
  return { value, verbatim: walk.keys === scan.keys };
}

/** Reads UTF-8 JSON that must be an object, as decodeJson does. */
export function decodeJsonObject(bytes: Uint8Array, limits: PayloadLimits = payloadLimits): DecodedJson<PlainObject> {
  const flat = readFlatObject(asBuffer(bytes));
  if (flat !== undefined) return { value: flat, verbatim: true };
  const decoded = decodeJson(bytes, limits);
  const { value } = decoded;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return decoded as DecodedJson<PlainObject>;
  throw malformed("JSON that is not an object", limits.field, limits.field);
}

const maxExplainedLength = 10_000;

function parseFast(text: string, limits: PayloadLimits): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its message differs from one Node to the next and quotes the payload. The other parser's names the place, but takes
    // 30 times as long (measured), so nobody gets that for a large text.
    if (text.length <= maxExplainedLength) return parseExactly(text, limits);
    throw malformed("invalid JSON", limits.field, limits.field);
  }
}

function parseExactly(text: string, limits: PayloadLimits): unknown {
  try {
    return parse(text, null, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    const [, what, at] = /^(.{1,80}).* at position (\d+)$/s.exec((error as Error).message) ?? [];
    throw inText(`invalid JSON (${what ?? "not well-formed"})`, `character ${at ?? 0}`, limits);
  }
}

function exactNumber(literal: string): number | bigint {
  const value = Number(literal);
  // Also where a thousand digits end: beyond the range of doubles the number counts as not finite.
  const isExact = Number.isSafeInteger(value) || !Number.isFinite(value) || /[.eE]/.test(literal);
  return isExact ? value : BigInt(literal);
}

interface Walk {
  keys: number;
  readonly checkStrings: boolean;
  readonly trail: Trail;
  readonly limits: PayloadLimits;
}

// Recurses no deeper than the scan let pass. Lists are changed in place, objects copied: taking the prototype of a parsed
// object away costs as much as the copy and leaves a slower object.
function plain(value: unknown, depth: number, walk: Walk): unknown {
  if (typeof value === "string") {
    if (walk.checkStrings && hasLoneSurrogate(value)) throw inValue("a string with half a surrogate pair", depth, walk);
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw inValue("a number that is not finite", depth, walk);
    return value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      walk.trail[depth] = i;
      value[i] = plain(value[i], depth + 1, walk);
    }
    return value;
  }
  const object: PlainObject = Object.create(null);
  for (const key of Object.keys(value)) {
    walk.trail[depth] = key;
    walk.keys++;
    if (walk.checkStrings && hasLoneSurrogate(key)) throw inValue("a key with half a surrogate pair", depth, walk);
    object[key] = plain((value as PlainObject)[key], depth + 1, walk);
  }
  return object;
}

function inValue(what: string, depth: number, walk: Walk): Error {
  const path = pathOf(walk.limits.field, walk.trail, depth);
  return malformed(what, path, path);
}

function inText(what: string, place: string, limits: PayloadLimits): Error {
  return malformed(what, `${place} of the JSON text`, limits.field);
}
