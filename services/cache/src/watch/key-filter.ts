import type { Change } from "../store/change.js";

/** Of which entries changes are told; of no keys and no prefixes: of all. */
export interface WatchedKeys {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
}

/** Prepares the choice of changes. A clear is about every entry. */
export function changeFilter({ keys, prefixes }: WatchedKeys): (change: Change) => boolean {
  if (keys.length === 0 && prefixes.length === 0) return () => true;
  const wanted = keys.length > 0 ? new Set(keys) : undefined;
  const roots = rootsOf(prefixes);
  const [only = ""] = roots;
  const hasPrefix = roots.length === 1 ? (key: string) => key.startsWith(only) : (key: string) => isUnder(roots, key);
  return ({ kind, key }) => kind === "clear" || wanted?.has(key) === true || hasPrefix(key);
}

/** The prefixes in their order, without those that are under another one anyway. */
function rootsOf(prefixes: readonly string[]): readonly string[] {
  const roots: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const last = roots.at(-1);
    if (last === undefined || !prefix.startsWith(last)) roots.push(prefix);
  }
  return roots;
}

/** As no root is under another, only the last one that is not behind the key can be its beginning. */
function isUnder(roots: readonly string[], key: string): boolean {
  let low = 0;
  let high = roots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((roots[middle] as string) <= key) low = middle + 1;
    else high = middle;
  }
  return low > 0 && key.startsWith(roots[low - 1] as string);
}
