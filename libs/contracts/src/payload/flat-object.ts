import type { PlainObject } from "./struct-decoder.js";
import { TextReader } from "./text.js";

// What is larger gains little. Far below every limit of payloads, so that none has to be asked.
const maxBytes = 1_024;
const maxKeys = 16;

const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const bracket = 0x5b;
const brace = 0x7b;
const closing = 0x7d;

const numberForm = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
// A longer one may be beyond 2^53.
const maxNumberLength = 15;

/**
 * Reads what most arguments are: a small JSON object of ASCII strings, short numbers, true, false and null. Undefined: it
 * is something else, or wrong, which the general way has to say. Two short strings take half the time that they take there
 * (1.0 instead of 1.9 µs measured), where JSON.parse alone needs 0.9 to get going.
 */
export function readFlatObject(bytes: Buffer): PlainObject | undefined {
  const end = bytes.length - 1;
  if (!looksFlat(bytes)) return undefined;
  const object: PlainObject = Object.create(null);
  if (end === 1) return object;
  const text = new TextReader(bytes);
  let at = 1;
  for (let keys = 0; keys < maxKeys; keys++) {
    at = skipSpaces(bytes, at);
    const keyEnd = stringEnd(bytes, at);
    const key = keyEnd === undefined ? undefined : text.read(at + 1, keyEnd - 1);
    if (keyEnd === undefined || key === undefined || object[key] !== undefined || bytes[keyEnd] !== colon)
      return undefined;
    at = skipSpaces(bytes, keyEnd + 1);
    const isString = bytes[at] === quote;
    const valueEnd = isString ? stringEnd(bytes, at) : wordEnd(bytes, at);
    if (valueEnd === undefined) return undefined;
    const value = isString ? text.read(at + 1, valueEnd - 1) : wordValue(text.read(at, valueEnd));
    if (value === undefined) return undefined;
    object[key] = value;
    if (valueEnd === end) return object;
    if (bytes[valueEnd] !== comma) return undefined;
    at = valueEnd + 1;
  }
  return undefined;
}

/** Says no before anything is built, so that the general way loses nothing: 31 bytes take 40 ns. */
function looksFlat(bytes: Buffer): boolean {
  const end = bytes.length - 1;
  if (end < 1 || end >= maxBytes || bytes[0] !== brace || bytes[end] !== closing) return false;
  for (let at = 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < space || byte > 0x7e || byte === backslash || byte === bracket || byte === brace) return false;
  }
  return true;
}

function skipSpaces(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === space) at++;
  return at;
}

/** Behind the closing quote of a string. */
function stringEnd(bytes: Buffer, start: number): number | undefined {
  if (bytes[start] !== quote) return undefined;
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === quote) return at + 1;
  }
  return undefined;
}

function wordEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] !== comma && bytes[at] !== closing) at++; // the last byte is one
  return at;
}

function wordValue(word: string | undefined): boolean | number | null | undefined {
  if (word === "true") return true;
  if (word === "false") return false;
  if (word === "null") return null;
  if (word === undefined || word.length > maxNumberLength || !numberForm.test(word)) return undefined;
  const value = Number(word);
  return Number.isFinite(value) ? value : undefined;
}
