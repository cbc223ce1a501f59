import { type Config, isPlainObject } from "./config.js";

/** Deeper data is refused: a configuration that deep is a mistake, or refers to itself. */
const maxDepth = 32;

/**
 * `under` with `over` on top, as fresh objects: plain objects merge, everything else is replaced, arrays too, and an
 * undefined value changes nothing. No name is special, `__proto__` included.
 */
export function deepMerge(under: Config, over: Config): Config {
  return merge(under, over, 1) as Config;
}

function merge(under: unknown, over: unknown, depth: number): unknown {
  if (depth > maxDepth) throw new RangeError(`configuration is deeper than ${maxDepth} levels`);
  if (Array.isArray(over)) return over.map((element) => merge(undefined, element, depth + 1));
  if (!isPlainObject(over)) return over;

  const merged = new Map<string, unknown>(isPlainObject(under) ? Object.entries(under) : []);
  for (const [name, value] of Object.entries(over)) {
    if (value !== undefined) merged.set(name, merge(merged.get(name), value, depth + 1));
  }
  // fromEntries defines properties instead of assigning them, so a name such as `__proto__` is plain data.
  return Object.fromEntries(merged);
}
