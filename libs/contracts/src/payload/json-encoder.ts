import { resultLimits } from "./limits.js";
import type { Trail } from "./path.js";
import { nameOfScalar, shapeOf, unsupported } from "./shape.js";
import { hasLoneSurrogate } from "./text.js";

/**
 * Writes data as UTF-8 JSON: null stays, undefined is left out of objects and is null by itself, a Date is its ISO text, a
 * bigint a number. Throws a WeftError INTERNAL for anything else (functions, NaN, Map, Buffer, cycles …), which JSON.stringify
 * would drop or change without a word.
 */
export function encodeJson(value: unknown): Buffer {
  const check: Check = { needsOwnWriter: false, checkStrings: false, trail: [] };
  inspect(value, 0, check);
  // Measured with 20 fields of mixed data: JSON.stringify alone 4.9 µs, inspected first 7.0, our own writer for all 14.5.
  const text = check.needsOwnWriter ? write(value) : JSON.stringify(value ?? null);
  // JSON.stringify escapes half a surrogate pair, but so begins an escaped backslash in front of "ud" as well.
  if (text.includes("\\ud")) inspect(value, 0, { ...check, checkStrings: true });
  return Buffer.from(text);
}

interface Check {
  /** Set when there is a number that JSON.stringify would refuse, write as if it were an exact integer, or take the sign off. */
  needsOwnWriter: boolean;
  readonly checkStrings: boolean;
  readonly trail: Trail;
}

function inspect(value: unknown, depth: number, check: Check): void {
  switch (typeof value) {
    case "string":
      if (check.checkStrings && hasLoneSurrogate(value)) throw unsupported("half a surrogate pair", check.trail, depth);
      return;
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw unsupported(nameOfScalar(value), check.trail, depth);
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER || Object.is(value, -0))
        check.needsOwnWriter = true;
      return;
    case "bigint":
      check.needsOwnWriter = true;
      return;
    case "object":
      if (value !== null) inspectObject(value, depth, check);
      return;
    default:
      if (value === undefined && depth === 0) return;
      throw unsupported(nameOfScalar(value), check.trail, depth);
  }
}

function inspectObject(value: object, depth: number, check: Check): void {
  const shape = shapeOf(value);
  if (typeof shape === "object") throw unsupported(shape.unsupported, check.trail, depth);
  if (shape === "date") return;
  if (depth >= resultLimits.maxDepth) {
    throw unsupported(`more than ${resultLimits.maxDepth} levels, or a cycle,`, check.trail, depth);
  }
  if (shape === "list") {
    const list = value as readonly unknown[];
    for (let i = 0; i < list.length; i++) {
      check.trail[depth] = i;
      inspect(list[i], depth + 1, check);
    }
    return;
  }
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (field === undefined) continue;
    check.trail[depth] = key;
    if (check.checkStrings && hasLoneSurrogate(key)) throw unsupported("half a surrogate pair", check.trail, depth);
    inspect(field, depth + 1, check);
  }
}

// For data that passed the inspection. A bigint is written in all its digits; a double beyond 2^53 with an exponent, so that
// a reader does not take it for an exact integer; -0 keeps its sign, as in a Struct.
function write(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return writeNumber(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value !== "object" || value === null || shapeOf(value) === "date") return JSON.stringify(value);
  const fields: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${write(field)}`);
  }
  return `{${fields.join(",")}}`;
}

function writeNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? value.toExponential() : `${value}`;
}
