import type { Clock } from "@weft/core";
import type { SavedEntry } from "../store/entry.js";
import type { EntryTable } from "./entry-table.js";
import type { Extras } from "./extras.js";

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

function dateOf(nowMs: number, leftMs: number): number {
  return Math.ceil(nowMs + leftMs);
}
