import { createHash } from "node:crypto";

// Longer keys are kept by their digest, so that a table of keys is bounded in bytes too.
const longestKey = 128;

/**
 * The text that stands for a key: a number and a string of the same digits are one key, and so are objects that differ
 * in the order of their fields only. `undefined`: there is no key.
 */
export function keyText(value: unknown): string | undefined {
  const text = plainText(value);
  if (text === undefined || text.length <= longestKey) return text;
  return createHash("sha256").update(text).digest("base64");
}

function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value, sorted) : String(value);
}

function sorted(_field: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
