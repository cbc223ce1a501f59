import { SlotLists } from "./slot-lists.js";
import { widen } from "./widen.js";

// Five rings of 64 lists: of 1 ms each, 64 ms, 4 s, 4 min and 5 h. Together they see 12 days ahead; what expires later is
// filed at their end and looked at again then.
const listsOfRing = 64;
const widths = [1, 64, 64 ** 2, 64 ** 3, 64 ** 4] as const;
const horizonMs = 64 ** 5 - 64 ** 4;
/** The list of the slots whose time on the wheel has come. */
const due = widths.length * listsOfRing;

const unfiled = Number.POSITIVE_INFINITY;

export interface WheelOptions {
  readonly nowMs: number;
  /** When a slot that was set expires by now. */
  readonly deadlineOf: (slot: number) => number;
}

/**
 * Which slots have expired: a hierarchical timing wheel, O(1) for every change. Deadlines are whole milliseconds. A slot
 * may be filed under an earlier time than its deadline: then it is filed again when that time comes, so that a deadline
 * that moves away, as with each overwrite, costs one comparison.
 */
export class ExpiryWheel {
  #lists: SlotLists;
  readonly #deadlineOf: (slot: number) => number;
  /** The time under which a slot is filed. */
  #filedMs: Float64Array;
  /** Slots filed under an earlier time are in `due`. */
  #reachedMs: number;

  /** Slots 1 to `slots` can have a deadline; none has one yet. */
  constructor(slots: number, { nowMs, deadlineOf }: WheelOptions) {
    this.#lists = new SlotLists(due + 1, slots);
    this.#deadlineOf = deadlineOf;
    this.#filedMs = new Float64Array(slots + 1).fill(unfiled);
    this.#reachedMs = Math.ceil(nowMs);
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#lists.grow(slots);
    this.#filedMs = widen(this.#filedMs, slots + 1, unfiled);
  }

  /** A slot has a deadline, a whole number or Infinity, in place of the one it had. */
  set(slot: number, deadlineMs: number): void {
    const filedMs = this.#filedMs[slot] as number;
    if (filedMs === unfiled) {
      if (deadlineMs !== Number.POSITIVE_INFINITY) this.#file(slot, deadlineMs);
    } else if (deadlineMs < filedMs) {
      this.#lists.remove(slot);
      this.#file(slot, deadlineMs);
    }
  }

  remove(slot: number): void {
    if (this.#filedMs[slot] === unfiled) return;
    this.#lists.remove(slot);
    this.#filedMs[slot] = unfiled;
  }

  /** A slot that expired before `nowMs`; 0 when there is none, or when that many looks have found none. */
  expired(nowMs: number, looks: number): number {
    this.#advance(Math.ceil(nowMs));
    for (let left = looks; left > 0; left--) {
      const slot = this.#lists.last(due);
      if (slot === 0) return 0;
      const deadlineMs = this.#deadlineOf(slot);
      if (deadlineMs < nowMs) return slot;
      this.#lists.remove(slot);
      if (deadlineMs === Number.POSITIVE_INFINITY) this.#filedMs[slot] = unfiled;
      else this.#file(slot, deadlineMs);
    }
    return 0;
  }

  /** Whether some slots still have to be looked at to know what has expired by now. */
  get hasDue(): boolean {
    return this.#lists.last(due) !== 0;
  }

  #file(slot: number, deadlineMs: number): void {
    const aheadMs = deadlineMs - this.#reachedMs;
    const filedMs = aheadMs > horizonMs ? this.#reachedMs + horizonMs : deadlineMs;
    this.#filedMs[slot] = filedMs;
    this.#lists.add(aheadMs < 0 ? due : listOf(filedMs, ringOf(filedMs - this.#reachedMs)), slot);
  }

  /** Moves whatever is filed under an earlier time to `due`, whole lists at once. */
  #advance(untilMs: number): void {
    const fromMs = this.#reachedMs;
    if (untilMs <= fromMs) return;
    for (let ms = Math.max(fromMs, untilMs - listsOfRing); ms < untilMs; ms++) this.#lists.moveAll(listOf(ms, 0), due);
    for (let ring = 1; ring < widths.length; ring++) {
      const width = widths[ring] as number;
      const last = Math.floor(untilMs / width); // its time has begun: what is in it belongs into finer rings
      const first = Math.max(Math.floor(fromMs / width) + 1, last - listsOfRing + 1);
      if (first > last) break; // nor has any wider one come to its next list
      for (let turn = first; turn <= last; turn++) this.#lists.moveAll(listOf(turn * width, ring), due);
    }
    this.#reachedMs = untilMs;
  }
}

/** The finest ring that sees so far ahead. */
function ringOf(aheadMs: number): number {
  if (aheadMs < 64) return 0;
  if (aheadMs < 64 ** 2) return 1;
  if (aheadMs < 64 ** 3) return 2;
  return aheadMs < 64 ** 4 ? 3 : 4;
}

function listOf(ms: number, ring: number): number {
  return ring * listsOfRing + (Math.floor(ms / (widths[ring] as number)) % listsOfRing);
}
