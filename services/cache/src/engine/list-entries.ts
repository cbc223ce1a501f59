import type { Awaitable } from "../store/awaitable.js";
import type { Entry } from "../store/entry.js";
import { matches, type Page, type Query } from "../store/query.js";
import type { EntryTable } from "./entry-table.js";
import { inSlices, type Slice } from "./in-slices.js";
import { placeIn } from "./key-order/counted-tree.js";

/** The live entries that a query asks for. At once, unless much has changed since the last list, or a suffix needs a scan. */
export function listEntries(table: EntryTable, query: Query): Awaitable<Page<Entry>> {
  const scan = query.suffix === undefined ? undefined : suffixScan(table, query);
  return inSlices((slice) => {
    if (!isReady(table, slice)) return undefined;
    if (scan === undefined) return pageOfRange(table, query);
    return scan(slice);
  });
}

/** Does a slice of what must be done before keys can be read in order; true when nothing is left to do. */
export function isReady(table: EntryTable, slice: Slice): boolean {
  table.reclaim(slice);
  return !table.hasDue && table.order.update(slice);
}

/** Of the keys in order, the numbers of those with the prefix: from `from` up to, but not with, `to`. */
export function rangeOf({ order }: EntryTable, prefix: string | undefined): { from: number; to: number } {
  if (prefix === undefined || prefix === "") return { from: 0, to: order.size };
  return { from: order.countBefore(prefix), to: order.countThroughPrefix(prefix) };
}

function pageOfRange(table: EntryTable, query: Query): Page<Entry> {
  const { from, to } = rangeOf(table, query.prefix);
  const { descending, after, offset, limit = Number.POSITIVE_INFINITY } = query;
  const { order } = table;
  if (descending) {
    const end = after === undefined ? to : clamp(order.countBefore(after), from, to);
    const first = Math.max(from, end - offset);
    const last = Math.max(from, first - limit);
    const rows = entriesOf(table, order.slice(last, first).reverse());
    return { rows, totalCount: to - from, hasMore: last > from };
  }
  const begin = after === undefined ? from : clamp(order.countUpTo(after), from, to);
  const first = Math.min(to, begin + offset);
  const last = Math.min(to, first + limit);
  return { rows: entriesOf(table, order.slice(first, last)), totalCount: to - from, hasMore: last < to };
}

/** Goes through all keys with the prefix, a slice at each call; answers once it has seen all. */
function suffixScan(table: EntryTable, query: Query): (slice: Slice) => Page<Entry> | undefined {
  const found: string[] = [];
  let seen: string | undefined;
  return (slice) => {
    const { order } = table;
    const { from, to } = rangeOf(table, query.prefix);
    let begin = seen === undefined ? from : Math.max(from, order.countUpTo(seen));
    do {
      for (const key of order.slice(begin, Math.min(to, begin + keysOfStep))) {
        if (matches(query, key)) found.push(key);
        seen = key;
      }
      begin += keysOfStep;
    } while (begin < to && slice.hasTime());
    return begin < to ? undefined : pageOfFound(table, query, found);
  };
}

// To look at a key costs a tenth of a microsecond.
const keysOfStep = 64;

function pageOfFound(table: EntryTable, query: Query, found: string[]): Page<Entry> {
  const { descending, after, offset, limit = Number.POSITIVE_INFINITY } = query;
  const { order } = table;
  let keys = found;
  if (descending) {
    const place = after === undefined ? order.size : order.countBefore(after);
    keys = found
      .slice(
        0,
        placeIn(found, (key) => order.countBefore(key) < place),
      )
      .reverse();
  } else if (after !== undefined) {
    const place = order.countUpTo(after);
    keys = found.slice(placeIn(found, (key) => order.countBefore(key) < place));
  }
  const end = Math.min(offset + limit, keys.length);
  return {
    rows: entriesOf(table, keys.slice(offset, end)),
    totalCount: found.length,
    hasMore: end < keys.length,
  };
}

/** What went while a scan had its slices is left out. */
function entriesOf(table: EntryTable, keys: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (const key of keys) {
    const slot = table.peek(key);
    if (slot !== 0) entries.push(table.entryAt(slot));
  }
  return entries;
}

function clamp(count: number, from: number, to: number): number {
  return Math.min(Math.max(count, from), to);
}
