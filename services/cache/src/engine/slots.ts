import type { Clock } from "@weft/core";
import { ExpiryWheel } from "./expiry-wheel.js";
import type { Extras } from "./extras.js";
import { createKeyIndex, type KeyIndex } from "./key-index/key-index.js";
import type { CreatePolicy, EvictionPolicy } from "./policies/eviction-policy.js";
import { OnlyExpiring } from "./policies/only-expiring.js";
import { firstSlots, hasExtras, Rows } from "./rows.js";
import { Saving } from "./saving.js";
import { Tags } from "./tags.js";

export interface SlotsOptions {
  readonly capacity: number;
  readonly createPolicy: CreatePolicy;
  /** Whether only such go that expire one day. */
  readonly sparesLasting: boolean;
  readonly clock: Clock;
}

/** All that goes by the slots of one table: it grows together, and changes together. Counts nothing and tells nobody. */
export class Slots {
  readonly #options: SlotsOptions;
  rows = new Rows();
  index: KeyIndex;
  wheel: ExpiryWheel;
  policy: EvictionPolicy;
  /** The same, where it must be told which entries expire. */
  #expiring: OnlyExpiring | undefined;
  tags = new Tags();
  /** Kept beyond their life for those who ask for a lease. */
  stale = new Set<number>();
  /** Is told of an entry before it changes. */
  #saving: Saving | undefined;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.index = createKeyIndex(options.capacity, firstSlots);
    this.wheel = new ExpiryWheel(firstSlots, options.clock.now());
    this.policy = this.#newPolicy();
  }

  /** Fresh ones instead of emptied ones: what they held is the collector's work, not a stall here. */
  reset(): void {
    this.rows = new Rows();
    this.index = createKeyIndex(this.#options.capacity, firstSlots);
    this.wheel = new ExpiryWheel(firstSlots, this.#options.clock.now());
    this.policy = this.#newPolicy();
    this.tags = new Tags();
    this.stale = new Set();
  }

  /** A slot for a key that has none. */
  take(key: string, hash: number): number {
    const slot = this.rows.take();
    if (slot > this.rows.room) this.#grow();
    this.rows.setKey(slot, key);
    this.index.add(key, hash, slot);
    this.policy.add(slot, key);
    return slot;
  }

  release(slot: number): void {
    this.index.remove(this.rows.keyAt(slot), slot);
    this.policy.remove(slot);
    this.wheel.remove(slot);
    if (this.rows.flagsAt(slot) !== 0) this.clearExtras(slot);
    this.rows.release(slot);
  }

  setDeadline(slot: number, deadlineMs: number): void {
    this.setDeadlineOf(slot, deadlineMs, this.rows.flagsAt(slot) !== 0);
  }

  /** The same for who knows whether the slot has flags. */
  setDeadlineOf(slot: number, deadlineMs: number, hasFlags: boolean): void {
    this.wheel.set(slot, deadlineMs, hasFlags);
    if (this.#expiring !== undefined) this.#expiring.mark(slot, deadlineMs !== Number.POSITIVE_INFINITY);
  }

  /** A flag is a reason for gets to look twice. */
  mark(slot: number, flag: number): void {
    this.rows.mark(slot, flag);
    this.wheel.lookTwiceAt(slot);
  }

  addExtras(slot: number, extras: Extras): void {
    this.mark(slot, hasExtras);
    this.rows.setExtras(slot, extras);
    this.tags.add(extras.tags, slot);
  }

  /** Leaves the flags to whoever writes the entry anew. */
  clearExtras(slot: number): void {
    const extras = this.rows.extrasAt(slot);
    if (extras === undefined) return;
    this.tags.remove(extras.tags, slot);
    this.rows.removeExtras(slot);
    this.stale.delete(slot);
  }

  /** The entry in a slot is about to change or to go. */
  keep(slot: number): void {
    if (this.#saving !== undefined) this.#saving.keep(this.rows, slot);
  }

  /** Those up to this version as they are now, the ones that would be evicted first at the front. Another one ends it. */
  save(size: number, version: number): Saving {
    this.#saving?.end();
    const saving = new Saving({
      rows: this.rows,
      wheel: this.wheel,
      size,
      order: this.policy.inOrder(),
      version,
      nowMs: this.#options.clock.now(),
      onEnd: () => {
        if (this.#saving === saving) this.#saving = undefined;
      },
    });
    this.#saving = saving;
    return saving;
  }

  #newPolicy(): EvictionPolicy {
    const { createPolicy, sparesLasting } = this.#options;
    const policy = createPolicy(firstSlots);
    if (!sparesLasting) return policy;
    this.#expiring = new OnlyExpiring(policy, firstSlots, (slot) => this.rows.keyIn(slot));
    return this.#expiring;
  }

  #grow(): void {
    const room = Math.min(this.rows.room * 2, this.#options.capacity);
    this.rows.grow(room);
    this.index.grow(room);
    this.policy.grow(room);
    this.wheel.grow(room);
  }
}
