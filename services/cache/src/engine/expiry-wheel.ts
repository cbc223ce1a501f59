import { SlotLists } from "./slot-lists.js";
import { widen } from "./widen.js";

// Five rings of 64 lists: of 1 ms each, 64 ms, 4 s, 4 min and 5 h. Together they see 12 days ahead; what expires later is
// filed at their end and looked at again then.
const listsOfRing = 64;
const widths = [1, 64, 64 ** 2, 64 ** 3, 64 ** 4] as const;
const horizonMs = 64 ** 5 - 64 ** 4;
/** The list of the slots whose time on the wheel has come. */
const due = widths.length * listsOfRing;

// Two times of each slot, side by side: a get reads the first one, a write both.
const timesOfSlot = 2;
/** Its deadline; negative if it is to be looked at twice. */
const deadlineOf = 0;
/** The time under which it is filed. */
const filedOf = 1;
const never = Number.POSITIVE_INFINITY;
const unfiled = Number.POSITIVE_INFINITY;

/**
 * When slots expire, and which have: a hierarchical timing wheel, O(1) for every change. Deadlines are whole milliseconds. A
 * slot may be filed under an earlier time than its deadline: then it is filed again when that time comes, so that a deadline
 * that moves away, as with each overwrite, costs one comparison.
 */
export class ExpiryWheel {
  readonly #lists: SlotLists;
  /** See `deadlineOf` and the name after it. */
  #times: Float64Array;
  /** Slots filed under an earlier time are in `due`. */
  #reachedMs: number;

  /** Slots 1 to `slots` can have a deadline; none has one yet. */
  constructor(slots: number, nowMs: number) {
    this.#lists = new SlotLists(due + 1, slots);
    this.#times = new Float64Array((slots + 1) * timesOfSlot).fill(unfiled);
    this.#reachedMs = Math.ceil(nowMs);
  }

  /** Makes room for slots up to `slots`. */
  grow(slots: number): void {
    this.#lists.grow(slots);
    this.#times = widen(this.#times, (slots + 1) * timesOfSlot, unfiled);
  }

  /** The last millisecond of its life; Infinity: it never expires. */
  deadlineAt(slot: number): number {
    return Math.abs(this.#times[slot * timesOfSlot + deadlineOf] as number);
  }

  /** The same at a glance: below zero if the slot is to be looked at twice, so that a get of any other makes one comparison. */
  glanceAt(slot: number): number {
    return this.#times[slot * timesOfSlot + deadlineOf] as number;
  }

  /** A slot has a deadline, a whole number or Infinity, in place of the one it had. */
  set(slot: number, deadlineMs: number, isLookedAtTwice: boolean): void {
    const at = slot * timesOfSlot;
    this.#times[at + deadlineOf] = isLookedAtTwice ? -deadlineMs : deadlineMs;
    const filedMs = this.#times[at + filedOf] as number;
    if (deadlineMs < filedMs) this.#fileAnew(slot, deadlineMs, filedMs);
  }

  #fileAnew(slot: number, deadlineMs: number, filedMs: number): void {
    if (filedMs !== unfiled) this.#lists.remove(slot);
    this.#file(slot, deadlineMs);
  }

  lookTwiceAt(slot: number): void {
    this.#times[slot * timesOfSlot + deadlineOf] = -this.deadlineAt(slot);
  }

  remove(slot: number): void {
    if (this.#times[slot * timesOfSlot + filedOf] === unfiled) return;
    this.#lists.remove(slot);
    this.#times[slot * timesOfSlot + filedOf] = unfiled;
  }

  /** A slot that expired before `nowMs`; 0 when there is none, or when that many looks have found none. */
  expired(nowMs: number, looks: number): number {
    this.#advance(Math.ceil(nowMs));
    for (let left = looks; left > 0; left--) {
      const slot = this.#lists.last(due);
      if (slot === 0) return 0;
      const deadlineMs = this.deadlineAt(slot);
      if (deadlineMs < nowMs) return slot;
      this.#lists.remove(slot);
      if (deadlineMs === never) this.#times[slot * timesOfSlot + filedOf] = unfiled;
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
    this.#times[slot * timesOfSlot + filedOf] = filedMs;
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
