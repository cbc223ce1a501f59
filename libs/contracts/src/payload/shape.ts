import { types } from "node:util";
import { Code, Reason, WeftError } from "@weft/core";
import { meshDomain } from "../status.js";
import { resultLimits } from "./limits.js";
import { pathOf, type Trail } from "./path.js";

/** The kinds of object that a payload can carry. */
export type Shape = "list" | "date" | "object";

/** What an object is to a payload, or why it has no place in one. */
export function shapeOf(value: object): Shape | { readonly unsupported: string } {
  if (Array.isArray(value)) return "list";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "object";
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? { unsupported: "an invalid Date" } : "date";
  return hasPlainData(value) ? "object" : { unsupported: `a ${nameOf(value)}` };
}

/** The error of data that no payload can carry: a mistake of the code that made the data, so its text goes to the log. */
export function unsupported(what: string, trail: Trail, depth: number): WeftError {
  const message = `cannot encode ${what} at ${pathOf(resultLimits.field, trail, depth)}`;
  return new WeftError(Code.Internal, message, { reason: Reason.Internal, domain: meshDomain });
}

/** What to call a value that is no object and has no place in a payload. */
export function nameOfScalar(value: unknown): string {
  return typeof value === "number" ? String(value) : value === undefined ? "undefined" : `a ${typeof value}`;
}

// An instance counts as its own fields. Not if it hides its data (Map, Promise, typed array, private fields only), nor if it
// has a form of its own for JSON, which the Value form would not know.
function hasPlainData(value: object): boolean {
  if (Object.prototype.toString.call(value) !== "[object Object]" || "toJSON" in value) return false;
  const prototype: unknown = Object.getPrototypeOf(Object.getPrototypeOf(value));
  // Objects of another realm (a vm context) are plain too, and may be empty.
  return prototype === null || Object.keys(value).length > 0;
}

function nameOf(value: object): string {
  const { name } = Object(value.constructor) as { name?: unknown };
  return typeof name === "string" && name !== "" ? name.slice(0, 64) : "object";
}
