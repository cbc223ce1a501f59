import type { SavedEntry } from "../store/entry.js";
import type { ExpiryWheel } from "./expiry-wheel.js";
import type { SlotOrder } from "./frozen-order.js";
import type { Rows } from "./rows.js";

export interface SavingOptions {
  readonly rows: Rows;
  readonly wheel: ExpiryWheel;
  readonly size: number;
  readonly order: SlotOrder;
  /** Entries of later versions are left out. */
  readonly version: number;
  readonly nowMs: number;
  readonly onEnd: () => void;
}

/**
 * All entries as they are at one moment, however long it takes to read them: an entry is copied before its first change
 * since then. Must be read to the end or ended, else the table goes on copying.
 */
export class Saving implements Iterable<SavedEntry> {
  readonly #options: SavingOptions;
  readonly #rows: Rows;
  readonly #copies = new Map<number, SavedEntry>();
  /** By slot, whether nobody will ask for it any more. */
  readonly #isRead: Uint8Array;
  /** How many are still to be read. */
  #left: number;

  constructor(options: SavingOptions) {
    this.#options = options;
    this.#rows = options.rows;
    this.#isRead = new Uint8Array(options.rows.highest + 1);
    this.#left = options.size;
  }

  /** The entry in a slot of the table is about to change or to go. After a clear those are other rows, and no matter. */
  keep(rows: Rows, slot: number): void {
    if (rows !== this.#rows || this.#isRead[slot] !== 0) return; // undefined: a slot that is new
    if (rows.versionAt(slot) > this.#options.version || this.#copies.has(slot)) return;
    this.#copies.set(slot, this.#savedAt(slot));
  }

  *[Symbol.iterator](): Iterator<SavedEntry> {
    const { order } = this.#options;
    try {
      for (let slot = order.next(); slot !== 0; slot = order.next()) {
        const entry = this.#read(slot);
        if (entry !== undefined) yield entry;
      }
      // Those that no policy knows, because they are never evicted.
      for (let slot = 1; this.#left > 0 && slot < this.#isRead.length; slot++) {
        const entry = this.#read(slot);
        if (entry !== undefined) yield entry;
      }
    } finally {
      this.end();
    }
  }

  end(): void {
    this.#options.order.end();
    this.#options.onEnd();
  }

  #read(slot: number): SavedEntry | undefined {
    if (this.#isRead[slot] === 1) return undefined;
    this.#isRead[slot] = 1;
    const entry = this.#copies.get(slot) ?? this.#present(slot);
    this.#copies.delete(slot);
    if (entry !== undefined) this.#left -= 1;
    return entry;
  }

  #present(slot: number): SavedEntry | undefined {
    const { version } = this.#options;
    if (!this.#rows.isUsed(slot) || this.#rows.versionAt(slot) > version) return undefined;
    return this.#savedAt(slot);
  }

  #savedAt(slot: number): SavedEntry {
    const { rows, wheel, nowMs } = this.#options;
    const key = rows.keyAt(slot);
    const value = rows.valueAt(slot);
    const version = rows.versionAt(slot);
    const deadlineMs = wheel.deadlineAt(slot);
    const extras = rows.extrasAt(slot);
    if (extras === undefined) return { key, value, version, leftMs: deadlineMs - nowMs };
    const { limitMs, idleMs, staleMs, tags, isAbsent } = extras;
    return {
      key,
      value,
      version,
      leftMs: Math.min(limitMs, deadlineMs) - nowMs, // the deadline of a stale one is when it goes for good
      leftAtMostMs: limitMs - nowMs,
      ...(idleMs !== Number.POSITIVE_INFINITY && { idleMs }),
      ...(staleMs > 0 && { staleMs }),
      ...(tags.length > 0 && { tags }),
      ...(isAbsent && { known: "absent" as const }),
    };
  }
}
