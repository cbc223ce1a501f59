/** Which keys, in which order, which part of them. */
export interface Query {
  /** Only keys that start with this. */
  readonly prefix?: string | undefined;
  /** Only keys that end with this; it may overlap the prefix within the key. */
  readonly suffix?: string | undefined;
  /** Keys are in code point order, or its reverse. */
  readonly descending: boolean;
  /** Only keys beyond this one, in the order asked for: the cursor of the page before is its last key. Any text will do. */
  readonly after?: string | undefined;
  /** Rows to leave out at the start, counted from the cursor if there is one. */
  readonly offset: number;
  /** Most rows to answer. Absent: all. */
  readonly limit?: number | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** All rows that match prefix and suffix, not only those of the page or beyond the cursor. */
  readonly totalCount: number;
  /** Whether rows follow the page. */
  readonly hasMore: boolean;
}

export function matches({ prefix, suffix }: Pick<Query, "prefix" | "suffix">, key: string): boolean {
  return (prefix === undefined || key.startsWith(prefix)) && (suffix === undefined || key.endsWith(suffix));
}
