import type { Declaration } from "./declaration.js";

/**
 * Where the value that begins at `at` ends, if its bytes alone show that it is right; else `notPlain`, and the general check
 * has to say. The last byte of `json` is a closing brace.
 */
export type PlainEnd = (json: Uint8Array, at: number) => number;

export const notPlain = -1;

const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const bracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const lastVisible = 0x7e;

// Exact in a double, with or without a fraction.
const maxDigits = 15;

/** Visible ASCII without escapes, so that bytes are what `maxBytes` counts. */
export function plainString({ maxBytes }: Pick<Declaration, "maxBytes">): PlainEnd {
  return (json, at) => {
    if (json[at] !== quote) return notPlain;
    const limit = Math.min(json.length, at + maxBytes + 2);
    for (let i = at + 1; i < limit; i++) {
      const byte = json[i] as number;
      if (byte === quote) return i + 1;
      if (byte < space || byte > lastVisible || byte === backslash) return notPlain;
    }
    return notPlain;
  };
}

/** Digits, perhaps with a sign, without a leading zero. */
export function plainInteger(json: Uint8Array, at: number): number {
  const start = json[at] === minus ? at + 1 : at;
  const end = digitsEnd(json, start);
  const digits = end - start;
  if (digits === 0 || digits > maxDigits || (digits > 1 && json[start] === zero)) return notPlain;
  return end;
}

/** Without an exponent. */
export function plainNumber(json: Uint8Array, at: number): number {
  const end = plainInteger(json, at);
  if (end === notPlain || json[end] !== dot) return end;
  const fractionEnd = digitsEnd(json, end + 1);
  return fractionEnd === end + 1 || fractionEnd - at > maxDigits ? notPlain : fractionEnd;
}

export function plainBoolean(json: Uint8Array, at: number): number {
  if (startsWith(json, at, trueBytes)) return at + trueBytes.length;
  return startsWith(json, at, falseBytes) ? at + falseBytes.length : notPlain;
}

// Far below what arguments may hold together, so that their number has not to be asked.
const maxListed = 256;

/** A string, a number, true or false, or a list of such without blanks. */
export function plainAny(json: Uint8Array, at: number): number {
  if (json[at] !== bracket) return plainScalar(json, at);
  let end = at + 1;
  if (json[end] === closingBracket) return end + 1;
  for (let listed = 0; listed < maxListed; listed++) {
    end = plainScalar(json, end);
    if (end === notPlain) return notPlain;
    if (json[end] === closingBracket) return end + 1;
    if (json[end++] !== comma) return notPlain;
  }
  return notPlain;
}

const anyString = plainString({ maxBytes: Number.POSITIVE_INFINITY });

function plainScalar(json: Uint8Array, at: number): number {
  if (json[at] === quote) return anyString(json, at);
  const end = plainNumber(json, at);
  return end === notPlain ? plainBoolean(json, at) : end;
}

const trueBytes = Buffer.from("true");
const falseBytes = Buffer.from("false");

/** Whether `bytes` stand there. A loop: names are short, and a call into Buffer costs some 100 ns. */
export function startsWith(json: Uint8Array, at: number, bytes: Uint8Array): boolean {
  if (at + bytes.length > json.length) return false;
  for (let i = 0; i < bytes.length; i++) if (json[at + i] !== bytes[i]) return false;
  return true;
}

function digitsEnd(json: Uint8Array, start: number): number {
  let at = start;
  while ((json[at] as number) >= zero && (json[at] as number) <= zero + 9) at++; // the last byte is none
  return at;
}
