import { encodeJson } from "@weft/contracts";

export interface DifferenceOptions {
  /** Whether maps may have more fields than are expected. */
  readonly allowMore: boolean;
}

// What decimal fractions lose on their way through doubles.
const epsilon = 1e-9;

const longestShown = 200;

/** Where data first differs from what is expected, for people; undefined if it does not. The order of fields is no difference. */
export function difference(
  expected: unknown,
  actual: unknown,
  options: DifferenceOptions,
  path = "",
): string | undefined {
  if (isNumber(expected) && isNumber(actual))
    return isClose(expected, actual) ? undefined : told(path, expected, actual);
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null)
    return expected === actual ? undefined : told(path, expected, actual);
  if (Array.isArray(expected) !== Array.isArray(actual)) return told(path, expected, actual);
  if (Array.isArray(expected) && expected.length !== (actual as unknown[]).length)
    return told(`${path}.length`, expected.length, (actual as unknown[]).length);
  return fieldDifference(expected as Fields, actual as Fields, options, path);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldDifference(expected: Fields, actual: Fields, options: DifferenceOptions, path: string) {
  for (const [name, value] of Object.entries(expected)) {
    const inner = `${path}.${name}`;
    if (!Object.hasOwn(actual, name)) return `${inner.slice(1)}: expected ${shown(value)}, but it is missing`;
    const found = difference(value, actual[name], options, inner);
    if (found !== undefined) return found;
  }
  if (options.allowMore) return undefined;
  const extra = Object.keys(actual).find((name) => !Object.hasOwn(expected, name));
  return extra === undefined ? undefined : `${`${path}.${extra}`.slice(1)}: not expected, got ${shown(actual[extra])}`;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isClose(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === "bigint" || typeof b === "bigint") return isInteger(a) && isInteger(b) && BigInt(a) === BigInt(b);
  return Math.abs(a - b) <= epsilon * Math.max(1, Math.abs(a), Math.abs(b)) || a === b;
}

function isInteger(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isInteger(value);
}

function told(path: string, expected: unknown, actual: unknown): string {
  const place = path === "" ? "" : `${path.slice(1)}: `;
  return `${place}expected ${shown(expected)}, got ${shown(actual)}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : encodeJson(value).toString();
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
