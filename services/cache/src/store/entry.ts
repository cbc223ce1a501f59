import type { StoredValue } from "./stored-value.js";

export interface Entry {
  readonly key: string;
  readonly value: StoredValue;
  /** Counts the writes of the whole store, so a key that was removed and set again never gets an old version back. */
  readonly version: number;
  /** What it is accounted with, in bytes: key, value and overhead. */
  readonly size: number;
}

/** An entry with all that a store knows of it, apart from any clock: how it is kept beyond the process. */
export interface SavedEntry {
  readonly key: string;
  readonly value: StoredValue;
  readonly version: number;
  /** Milliseconds it has left, at most 0 if it is past its time and kept as stale. Infinity: it never expires. */
  readonly leftMs: number;
  /** The same for an entry whose gets begin `idleMs` anew: how long it has at the most. */
  readonly leftAtMostMs?: number;
  readonly idleMs?: number;
  readonly staleMs?: number;
  readonly tags?: readonly string[];
  readonly known?: "absent";
}
