const hex = "[0-9A-Fa-f]";
const base64 = "[A-Za-z0-9_-]";
const hyphens = `${hex}{8}-${hex}{4}-[1-8]${hex}{3}-${hex}{4}-${hex}{12}`;
const urn = "[Uu][Rr][Nn]:[Uu][Uu][Ii][Dd]:";
const nil = "0{8}-0{4}-0{4}-0{4}-0{12}";

/**
 * The written forms of a UUID: with hyphens, also as a URN, 32 hex digits, or the 22 characters of a base64 slug; versions 1
 * to 8 (in a slug the version stands in the ninth character), and the nil UUID.
 */
export const uuidPattern = `^(?:(?:${urn})?(?:${hyphens}|${nil})|${hex}{12}[1-8]${hex}{19}|0{32}|${base64}{8}[E-Za-j]${base64}{13}|A{22})$`;

const uuid = new RegExp(uuidPattern);

export function isUuid(value: unknown): boolean {
  return typeof value === "string" && value.length >= 22 && value.length <= 45 && uuid.test(value);
}
