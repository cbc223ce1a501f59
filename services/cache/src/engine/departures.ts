import type { Clock, WeftError } from "@weft/core";
import { noRoom } from "../store/refusals.js";
import type { Changes } from "./changes.js";
import type { Slice } from "./in-slices.js";
import type { KeyOrder } from "./key-order/key-order.js";
import { isHidden } from "./rows.js";
import type { Slots } from "./slots.js";
import type { Tally } from "./tally.js";

export interface DeparturesOptions {
  readonly namespace: string;
  readonly capacity: number;
  readonly maxBytes: number;
  /** Whether a live entry goes for a new one. */
  readonly evicts: boolean;
  readonly clock: Clock;
}

/** What is told and counted when an entry goes. */
export interface Around {
  readonly slots: Slots;
  readonly tally: Tally;
  readonly order: KeyOrder;
  readonly changes: Changes;
}

// Steps on the wheel that a write makes to find an entry that has expired: more may be due for a millisecond or two.
const looks = 64;

/** How entries go: because somebody says so, because their life is over, or because others need their room. */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #slots: Slots;
  readonly #tally: Tally;
  readonly #order: KeyOrder;
  readonly #changes: Changes;

  constructor(options: DeparturesOptions, { slots, tally, order, changes }: Around) {
    this.#options = options;
    this.#slots = slots;
    this.#tally = tally;
    this.#order = order;
    this.#changes = changes;
  }

  drop(slot: number, cause: "remove" | "evict" | "expire"): void {
    this.#slots.keep(slot);
    const { rows } = this.#slots;
    const key = rows.keyAt(slot);
    const wasHidden = rows.is(slot, isHidden);
    const version = rows.versionAt(slot);
    this.#tally.size -= 1;
    this.#tally.bytes -= rows.sizeAt(slot);
    this.#slots.release(slot);
    if (cause !== "evict") this.#tally.seeLimits(); // else another entry takes its place
    if (wasHidden) return; // it had gone before, as far as anybody saw
    this.#order.note(key);
    if (cause === "evict") this.#tally.gone.evict += 1;
    else this.#tally.gone[cause] += 1;
    this.#changes.tell(cause, key, version);
  }

  /** An entry's life is over: it goes, or is kept out of sight for a while. */
  expire(slot: number): void {
    const { rows, wheel } = this.#slots;
    const staleMs = rows.is(slot, isHidden) ? 0 : (rows.extrasAt(slot)?.staleMs ?? 0);
    const untilMs = wheel.deadlineAt(slot) + staleMs;
    if (untilMs < this.#options.clock.now()) {
      this.drop(slot, "expire");
      return;
    }
    this.#slots.keep(slot);
    this.#slots.setDeadline(slot, untilMs);
    this.#slots.stale.add(slot);
    this.hide(slot);
    this.#tally.gone.expire += 1;
    this.#changes.tell("expire", rows.keyAt(slot), rows.versionAt(slot));
  }

  hide(slot: number): void {
    this.#slots.mark(slot, isHidden);
    this.#order.note(this.#slots.rows.keyAt(slot));
  }

  /** Removes a slice of what has expired and answers how many went. */
  reclaim(slice: Slice): number {
    const { wheel } = this.#slots;
    let count = 0;
    do {
      const slot = wheel.expired(this.#options.clock.now(), 1);
      if (slot === 0) continue; // one that lives longer, or none
      this.expire(slot);
      count += 1;
    } while (wheel.hasDue && slice.hasTime());
    return count;
  }

  /**
   * Makes room for so many bytes and entries: what has expired goes first, then what was stale, then what the policy says.
   * False if that was the slot to be kept. Throws RESOURCE_EXHAUSTED if nothing may go.
   */
  makeRoom(bytes: number, entries: number, keep: number): boolean {
    const { capacity, maxBytes, evicts } = this.#options;
    while (this.#tally.size + entries > capacity || this.#tally.bytes + bytes > maxBytes) {
      const outOfUse = this.#outOfUse(keep);
      if (outOfUse !== 0) this.drop(outOfUse, "expire");
      else if (!evicts) throw this.#refuse(entries);
      else {
        const victim = this.#slots.policy.victim(keep);
        if (victim === 0) throw this.#refuse(entries);
        this.drop(victim, "evict");
        if (victim === keep) return false;
      }
    }
    return true;
  }

  #outOfUse(keep: number): number {
    const { wheel, stale } = this.#slots;
    const expired = wheel.expired(this.#options.clock.now(), looks);
    if (expired !== 0) return expired;
    if (stale.size > 0) for (const slot of stale) if (slot !== keep) return slot;
    return 0;
  }

  #refuse(entries: number): WeftError {
    const { namespace, capacity } = this.#options;
    this.#tally.refusals += 1;
    return noRoom(namespace, this.#tally.size + entries > capacity ? "entries" : "bytes");
  }
}
