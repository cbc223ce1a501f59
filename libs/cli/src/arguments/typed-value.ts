import { decodeJson, payloadLimits } from "@weft/contracts";
import type { Argument } from "@weft/contracts/function";

/** A value, or why the text is none. */
export type TypedValue = { readonly value: unknown } | { readonly problem: string };

interface JsonKind {
  /** What the type takes, with its article. */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
}

const number: JsonKind = {
  takes: "a number",
  fits: (value) => typeof value === "number" || typeof value === "bigint",
};
const integer: JsonKind = {
  takes: "a whole number",
  fits: (value) => Number.isSafeInteger(value) || typeof value === "bigint",
};
const boolean: JsonKind = { takes: "true or false", fits: (value) => typeof value === "boolean" };
const list: JsonKind = { takes: 'a JSON list such as ["a","b"]', fits: Array.isArray };
const map: JsonKind = {
  takes: 'a JSON object such as {"a":1}',
  fits: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

// The types whose values are no texts. What a list holds, and every limit, is for the gateway to check.
const jsonKinds: ReadonlyMap<string, JsonKind> = new Map([
  ["num", number],
  ["int64", integer],
  ["boolean", boolean],
  ["list", list],
  ["list_string", list],
  ["list_num", list],
  ["list_uuid", list],
  ["list_map", list],
  ["map", map],
]);

const textTypes: ReadonlySet<string> = new Set(["string", "uuid", "datetime", "naive_datetime"]);

/**
 * What `name=text` stands for, by the declaration of the argument. An argument of type any, or one that the function does
 * not declare, takes JSON where the text is JSON and else the text.
 */
export function typedValue(name: string, text: string, declaration: Argument | undefined): TypedValue {
  const type = declaration?.type ?? "any";
  if (textTypes.has(type)) return { value: text };
  const parsed = parseJson(text);
  const kind = jsonKinds.get(type);
  if (kind === undefined) return { value: parsed === undefined ? text : parsed };
  if (parsed !== undefined && kind.fits(parsed)) return { value: parsed };
  if (parsed === null && declaration?.allowNil) return { value: null };
  return { problem: `${name} takes ${kind.takes} (${type}), got "${text}"` };
}

/** The JSON that a text holds; undefined if it holds none. Integers beyond 2^53 are bigints. */
export function parseJson(text: string): unknown {
  try {
    return decodeJson(Buffer.from(text), payloadLimits).value;
  } catch {
    return undefined; // malformed, which for most types only means that it is text
  }
}
