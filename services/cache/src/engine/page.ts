import { sortByCodePoint } from "./code-points.js";

/** Which keys, in which order, which part of them. */
export interface Query {
  /** Only keys that start with this. */
  readonly prefix?: string | undefined;
  /** Only keys that end with this; it may overlap the prefix within the key. */
  readonly suffix?: string | undefined;
  /** Keys are in code point order, or its reverse. */
  readonly descending: boolean;
  /** Rows to leave out at the start. */
  readonly offset: number;
  /** Most rows to answer. Absent: all. */
  readonly limit?: number | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** All matching rows, not only those of the page. */
  readonly totalCount: number;
  /** Whether rows follow the page. */
  readonly hasMore: boolean;
}

export function matches(query: Query, key: string): boolean {
  const { prefix, suffix } = query;
  return (prefix === undefined || key.startsWith(prefix)) && (suffix === undefined || key.endsWith(suffix));
}

/** The page of a query out of the keys that match it, which it sorts in place. */
export function pageOf(keys: string[], query: Query): Page<string> {
  const { descending, offset, limit = Number.POSITIVE_INFINITY } = query;
  sortByCodePoint(keys);
  if (descending) keys.reverse();
  const end = Math.min(offset + limit, keys.length);
  return { rows: keys.slice(offset, end), totalCount: keys.length, hasMore: end < keys.length };
}
