/**
 * The same data with each bigint as a double. A number is exact only where an int64 is declared; everywhere else it must be
 * the same to every reader, and the same whether it came as Struct or as JSON. Answers `value` itself if nothing changed.
 */
export function withDoubles(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? listWithDoubles(value) : mapWithDoubles(value as Record<string, unknown>);
}

function listWithDoubles(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = withDoubles(list[i]);
    if (item === list[i]) continue;
    copy ??= list.slice();
    copy[i] = item;
  }
  return copy ?? list;
}

function mapWithDoubles(map: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(map)) {
    const value = withDoubles(map[key]);
    if (value === map[key]) continue;
    copy ??= Object.assign(Object.create(null), map) as Record<string, unknown>;
    copy[key] = value;
  }
  return copy ?? map;
}
