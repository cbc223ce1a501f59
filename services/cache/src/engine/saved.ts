import type { Clock } from "@weft/core";
import type { SavedEntry } from "../store/entry.js";
import type { EntryTable } from "./entry-table.js";
import type { Extras } from "./extras.js";

/** All entries, those that would be evicted first at the front. */
export function* saved(table: EntryTable, clock: Clock): Iterable<SavedEntry> {
  for (const slot of table.inOrder()) if (table.isUsed(slot)) yield savedAt(table, slot, clock.now());
}

function savedAt(table: EntryTable, slot: number, nowMs: number): SavedEntry {
  const { key, value, version } = table.entryAt(slot);
  const deadlineMs = table.deadlineAt(slot);
  const extras = table.extrasAt(slot);
  if (extras === undefined) return { key, value, version, ...left("leftMs", deadlineMs - nowMs) };
  const { limitMs, idleMs, staleMs, tags, isAbsent } = extras;
  return {
    key,
    value,
    version,
    ...left("leftMs", Math.min(limitMs, deadlineMs) - nowMs), // the deadline of a stale one is when it goes for good
    ...left("leftAtMostMs", limitMs - nowMs),
    ...left("idleMs", idleMs),
    ...(staleMs > 0 && { staleMs }),
    ...(tags.length > 0 && { tags }),
    ...(isAbsent && { known: "absent" as const }),
  };
}

function left<Name extends string>(name: Name, ms: number): { readonly [Each in Name]?: number } {
  return ms === Number.POSITIVE_INFINITY ? {} : ({ [name]: ms } as { readonly [Each in Name]: number });
}

/** Writes an entry as it was saved, unless it is past its time. */
export function restore(table: EntryTable, clock: Clock, entry: SavedEntry): void {
  const nowMs = clock.now();
  const { key, value, version, leftMs, leftAtMostMs = leftMs, idleMs, staleMs = 0, tags = [], known } = entry;
  const deadlineMs = dateOf(nowMs, leftMs);
  if (deadlineMs + staleMs < nowMs) return;
  const isLikeMost = idleMs === undefined && staleMs === 0 && tags.length === 0 && known === undefined;
  const extras: Extras | undefined = isLikeMost
    ? undefined
    : {
        idleMs: idleMs ?? Number.POSITIVE_INFINITY,
        limitMs: dateOf(nowMs, leftAtMostMs),
        staleMs,
        tags,
        isAbsent: known === "absent",
      };
  table.write(key, value, deadlineMs, extras, version);
}

function dateOf(nowMs: number, leftMs = Number.POSITIVE_INFINITY): number {
  return Math.ceil(nowMs + leftMs);
}
