import type { Clock } from "@weft/core";
import type { SetOptions, TtlChange, TtlOutcome } from "../store/write.js";
import type { EntryTable } from "./entry-table.js";
import { deadlineFrom, type Extras } from "./extras.js";

export interface LifeSpansOptions {
  readonly clock: Clock;
  /** Of an entry whose writer does not say. */
  readonly defaultTtlMs: number;
}

const forever = Number.POSITIVE_INFINITY;

/** How long the entries of a table live. */
export interface LifeSpans {
  /** The last millisecond of an entry that is written now. */
  limitOf(key: string, ttl: SetOptions["ttl"]): number;
  leftAt(slot: number): TtlOutcome;
  /** Changes when an entry expires; one that has nothing left goes at once. */
  change(slot: number, change: TtlChange): TtlOutcome;
}

export function createLifeSpans(table: EntryTable, { clock, defaultTtlMs }: LifeSpansOptions): LifeSpans {
  function leftAt(slot: number): TtlOutcome {
    const deadlineMs = table.deadlineAt(slot);
    if (deadlineMs === forever) return {};
    const leftMs = Math.floor(deadlineMs - clock.now());
    const idleMs = table.extrasAt(slot)?.idleMs ?? forever;
    return idleMs === forever ? { leftMs } : { leftMs, isSliding: true };
  }

  function namedLimit(key: string, ttl: Exclude<SetOptions["ttl"], number>): number {
    if (ttl === "none") return forever;
    const slot = ttl === "keep" ? table.find(key) : 0;
    if (slot !== 0) return table.extrasAt(slot)?.limitMs ?? table.deadlineAt(slot);
    return defaultTtlMs === forever ? forever : Math.ceil(clock.now() + defaultTtlMs);
  }

  return {
    limitOf: (key, ttl) => (typeof ttl === "number" ? Math.ceil(clock.now() + ttl) : namedLimit(key, ttl)),

    leftAt,

    change(slot, change) {
      const nowMs = clock.now();
      const extras = table.extrasAt(slot);
      const limitMs = changedLimit(change, extras?.limitMs ?? table.deadlineAt(slot), nowMs);
      if (limitMs <= nowMs) {
        table.drop(slot, "expire");
        return { leftMs: 0 };
      }
      const idleMs = change === "persist" ? forever : (extras?.idleMs ?? forever);
      const changed = extras && { ...extras, limitMs, idleMs };
      table.setDeadline(slot, changed === undefined ? limitMs : deadlineFrom(changed, nowMs), changed);
      table.changes.tell("set", table.keyAt(slot), table.versionAt(slot)); // copies must not outlast it
      return leftAt(slot);
    },
  };
}

/** Whether a write says no more than how long its entry is to live. */
export function isPlain({ condition, leaseToken, idleMs, tags, staleMs, known }: SetOptions): boolean {
  const isFree = condition === undefined && leaseToken === undefined;
  return isFree && idleMs === undefined && tags === undefined && staleMs === undefined && known === undefined;
}

/** What an entry needs beside its deadline, if anything. */
export function extrasOf({ idleMs, tags, staleMs, known }: SetOptions, limitMs: number): Extras | undefined {
  if (idleMs === undefined && tags === undefined && staleMs === undefined && known === undefined) return undefined;
  return {
    idleMs: idleMs ?? forever,
    limitMs,
    staleMs: staleMs ?? 0,
    tags: tags ?? [],
    isAbsent: known === "absent",
  };
}

function changedLimit(change: TtlChange, presentMs: number, nowMs: number): number {
  if (change === "persist") return forever;
  return "ttlMs" in change ? Math.ceil(nowMs + change.ttlMs) : presentMs + Math.ceil(change.addMs);
}
