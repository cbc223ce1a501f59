import type { Awaitable } from "../store/awaitable.js";
import type { EntryTable } from "./entry-table.js";
import { inSlices } from "./in-slices.js";
import { isReady, rangeOf } from "./list-entries.js";

/** Keys that are read for a slice: more than it has time for. */
const mostOfSlice = 1_000;

/** Removes the entries under a prefix that are there now. What is written meanwhile stays. */
export function removeByPrefix(table: EntryTable, prefix: string, onRemove: (key: string) => void): Awaitable<number> {
  const newest = table.version;
  let count = 0;
  let seen = "";
  return inSlices((slice) => {
    if (!isReady(table, slice)) return undefined;
    const { from, to } = rangeOf(table, prefix);
    const begin = Math.max(from, table.order.countUpTo(seen));
    const end = Math.min(to, begin + mostOfSlice);
    for (const key of table.order.slice(begin, end)) {
      if (!slice.hasTime()) return undefined;
      seen = key;
      const slot = table.find(key);
      if (slot === 0 || table.versionAt(slot) > newest) continue;
      table.drop(slot, "remove");
      onRemove(key);
      count += 1;
    }
    return end < to ? undefined : count;
  });
}

/** The same for the entries with a tag. */
export function removeByTag(table: EntryTable, tag: string, onRemove: (key: string) => void): Awaitable<number> {
  const newest = table.version;
  let count = 0;
  return inSlices((slice) => {
    for (const slot of table.slotsOf(tag)) {
      if (!slice.hasTime()) return undefined;
      if (table.versionAt(slot) > newest) break; // and so are all behind it
      const { key } = table.entryAt(slot);
      const isSeen = table.find(key) === slot;
      if (table.slotsOf(tag).has(slot)) table.drop(slot, "remove");
      if (!isSeen) continue;
      onRemove(key);
      count += 1;
    }
    return count;
  });
}
