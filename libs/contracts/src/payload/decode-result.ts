import { decodeJson } from "./json-decoder.js";
import { resultLimits } from "./limits.js";
import type { PlainObject } from "./struct-decoder.js";
import { asBuffer, readUtf8 } from "./text.js";

// What is larger is looked through before anything is built of it.
const maxBytes = 65_536;

/**
 * What a function answered, as data: what decodeJson makes of it within `resultLimits`. Most results take half the time here:
 * who only reads them need not know whether a key stood twice. Throws a WeftError INVALID_PAYLOAD.
 */
export function decodeResult(json: Uint8Array): unknown {
  return (json.length <= maxBytes ? quickly(asBuffer(json)) : undefined) ?? decodeJson(json, resultLimits).value;
}

/** Undefined: it is null, or something that the general way is to read, or to refuse. */
function quickly(json: Buffer): unknown {
  const text = readUtf8(json);
  if (text === undefined || text.includes("\\u")) return undefined; // so half of a surrogate pair may be written
  try {
    return plain(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

/** Without prototypes. Throws at what decodeJson refuses, and at what may be an integer beyond 2^53. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw new Error("not for sure exact");
  if (typeof value !== "object" || value === null) return value;
  if (depth >= resultLimits.maxDepth) throw new Error("too many levels");
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = plain(value[i], depth + 1);
    return value;
  }
  const object: PlainObject = Object.create(null);
  for (const key of Object.keys(value)) object[key] = plain((value as PlainObject)[key], depth + 1);
  return object;
}
