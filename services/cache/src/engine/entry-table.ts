import type { Clock, Logger, WeftError } from "@weft/core";
import type { Entry } from "../store/entry.js";
import { entryBytes, valueBytes } from "../store/entry-size.js";
import { entryTooLarge, keyTooLong, noRoom } from "../store/refusals.js";
import type { Removals } from "../store/stats.js";
import type { StoredValue } from "../store/stored-value.js";
import { Changes } from "./changes.js";
import { ExpiryWheel } from "./expiry-wheel.js";
import { deadlineFrom, type Extras, extrasBytes } from "./extras.js";
import type { Slice } from "./in-slices.js";
import { createKeyIndex, type KeyIndex } from "./key-index/key-index.js";
import { KeyOrder } from "./key-order/key-order.js";
import type { CreatePolicy, EvictionPolicy } from "./policies/eviction-policy.js";
import { OnlyExpiring } from "./policies/only-expiring.js";
import { firstSlots, hasExtras, isHidden, Rows } from "./rows.js";
import { Saving } from "./saving.js";
import { Tags } from "./tags.js";
import { Tally } from "./tally.js";

export interface TableOptions {
  readonly namespace: string;
  readonly capacity: number;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly maxKeyBytes: number;
  readonly createPolicy: CreatePolicy;
  /** Whether a live entry goes for a new one. */
  readonly evicts: boolean;
  /** Whether only such go that expire one day. */
  readonly sparesLasting: boolean;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
}

interface Terms {
  /** Of the key. */
  readonly hash: number;
  readonly deadlineMs: number;
  readonly extras: Extras | undefined;
  readonly version: number;
}

// Steps on the wheel that a write makes to find an entry that has expired: more may be due for a millisecond or two.
const looks = 64;

/**
 * The entries and what must change together with them: the index of keys, the policy, the wheel, the order of keys, bytes and
 * counts. Answers slots; 0 is none.
 */
export class EntryTable {
  readonly #options: TableOptions;
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #maxEntryBytes: number;
  readonly #clock: Clock;
  readonly changes = new Changes();
  readonly order: KeyOrder;
  readonly #tally: Tally;
  #version = 0;
  #rows = new Rows();
  #index: KeyIndex;
  #policy: EvictionPolicy;
  /** The same, where it must be told which entries expire. */
  #expiring: OnlyExpiring | undefined;
  #wheel: ExpiryWheel;
  #tags = new Tags();
  /** Kept beyond their life for those who ask for a lease. */
  #stale = new Set<number>();
  /** Is told of an entry before it changes. */
  #saving: Saving | undefined;

  constructor(options: TableOptions) {
    const { namespace, capacity, maxBytes, maxEntryBytes, clock, logger } = options;
    this.#options = options;
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
    this.#maxEntryBytes = maxEntryBytes;
    this.#clock = clock;
    this.#index = createKeyIndex(capacity, firstSlots);
    this.#policy = this.#newPolicy();
    this.#wheel = this.#newWheel();
    this.#tally = new Tally({ namespace, capacity, maxBytes }, logger);
    const isVisible = (slot: number) => slot !== 0 && !this.#rows.is(slot, isHidden);
    this.order = new KeyOrder({
      size: () => this.#tally.size,
      has: (key) => isVisible(this.#slotOf(key)),
      all: () => this.#rows.keys(),
    });
  }

  get size(): number {
    return this.#tally.size;
  }

  get bytes(): number {
    return this.#tally.bytes;
  }

  /** Of the last write. */
  get version(): number {
    return this.#version;
  }

  get removals(): Removals {
    return { ...this.#tally.gone };
  }

  get refusals(): number {
    return this.#tally.refusals;
  }

  /** The live entry under a key. One that has expired goes on the way. */
  find(key: string): number {
    const slot = this.#present(key, this.#index.hashOf(key));
    return this.#rows.is(slot, isHidden) ? 0 : slot;
  }

  /** Finds, uses and reads an entry: what a get does, in one go for entries like most. */
  use(key: string): Entry | undefined {
    const slot = this.#slotOf(key);
    if (slot === 0) return undefined;
    const deadlineMs = this.#wheel.glanceAt(slot);
    if (deadlineMs !== Number.POSITIVE_INFINITY && deadlineMs < this.#clock.now()) return this.#useOther(key);
    this.#policy.touch(slot);
    return this.#rows.entryOf(slot, key);
  }

  /** The same, for its value alone. */
  useValue(key: string): StoredValue | undefined {
    const slot = this.#slotOf(key);
    if (slot === 0) return undefined;
    const deadlineMs = this.#wheel.glanceAt(slot);
    if (deadlineMs !== Number.POSITIVE_INFINITY && deadlineMs < this.#clock.now()) return this.#useOther(key)?.value;
    this.#policy.touch(slot);
    return this.#rows.valueAt(slot);
  }

  #useOther(key: string): Entry | undefined {
    const slot = this.find(key);
    if (slot === 0) return undefined;
    this.touch(slot);
    return this.entryAt(slot);
  }

  /** What is kept of the key, seen or not. */
  findHidden(key: string): number {
    const slot = this.#present(key, this.#index.hashOf(key));
    return this.#rows.is(slot, isHidden) ? slot : 0;
  }

  /** What is under a key, if it is visible and not expired; changes nothing. */
  peek(key: string): number {
    const slot = this.#slotOf(key);
    return slot === 0 || this.#rows.is(slot, isHidden) || this.#isOver(slot) ? 0 : slot;
  }

  /** The entry in a slot that is in use. */
  entryAt(slot: number): Entry {
    return this.#rows.entryAt(slot);
  }

  versionAt(slot: number): number {
    return this.#rows.versionAt(slot);
  }

  sizeAt(slot: number): number {
    return this.#rows.sizeAt(slot);
  }

  valueAt(slot: number): StoredValue {
    return this.#rows.valueAt(slot);
  }

  deadlineAt(slot: number): number {
    return this.#wheel.deadlineAt(slot);
  }

  extrasAt(slot: number): Extras | undefined {
    return this.#rows.extrasAt(slot);
  }

  /** The entry was used. */
  touch(slot: number): void {
    this.#policy.touch(slot);
    if (this.#rows.flagsAt(slot) === 0) return;
    const extras = this.#rows.extrasAt(slot);
    if (extras !== undefined && extras.idleMs !== Number.POSITIVE_INFINITY)
      this.setDeadline(slot, deadlineFrom(extras, this.#clock.now()), undefined);
  }

  /** Changes when an entry expires. Infinity: never. */
  setDeadline(slot: number, deadlineMs: number, extras: Extras | undefined): void {
    this.#keep(slot);
    this.#setDeadline(slot, deadlineMs);
    if (extras !== undefined) this.#rows.setExtras(slot, extras);
  }

  /**
   * Writes an entry, in place of what is under the key, and answers its slot. Throws if it is too large or there is no
   * room, and has changed nothing under the key then; others may have gone for it.
   */
  write(
    key: string,
    value: StoredValue,
    deadlineMs: number,
    extras: Extras | undefined,
    version: number = this.#version + 1,
  ): number {
    const hash = this.#index.hashOf(key);
    const present = this.#present(key, hash);
    if (present !== 0 && extras === undefined && this.#rows.flagsAt(present) === 0) {
      const size = this.#rows.keySizeAt(present) + valueBytes(value);
      const more = size - this.#rows.sizeAt(present);
      if (more <= 0) {
        this.#keep(present);
        this.#policy.touch(present);
        this.#tally.gone.overwrite += 1;
        this.#tally.bytes += more;
        this.#put(present, value, version, size);
        this.#setDeadline(present, deadlineMs);
        this.changes.tell("set", key, version);
        return present;
      }
    }
    return this.#writeAnew(present, key, value, { hash, deadlineMs, extras, version });
  }

  /** Where room may be needed, or what few entries have changes. */
  #writeAnew(present: number, key: string, value: StoredValue, terms: Terms): number {
    const { hash, deadlineMs, extras, version } = terms;
    this.checkKey(key);
    const keySize = keyBytes(key, extras);
    const size = keySize + valueBytes(value);
    if (size > this.#maxEntryBytes) throw entryTooLarge(size, this.#maxEntryBytes);
    const slot = present === 0 ? this.#insert(key, hash, size) : this.#replace(present, key, hash, size);
    this.#rows.setKeySize(slot, keySize);
    this.#put(slot, value, version, size);
    this.#setDeadline(slot, deadlineMs);
    if (extras !== undefined) this.#addExtras(slot, extras);
    this.changes.tell(this.#rows.is(slot, isHidden) ? "remove" : "set", key, version);
    this.#tally.seeLimits();
    return slot;
  }

  #put(slot: number, value: StoredValue, version: number, size: number): void {
    if (version > this.#version) this.#version = version;
    this.#rows.put(slot, value, version, size);
  }

  /** Throws if a key is too long to be stored. */
  checkKey(key: string): void {
    const { maxKeyBytes } = this.#options;
    if (key.length * 3 <= maxKeyBytes) return; // no unit of UTF-16 takes more
    const bytes = Buffer.byteLength(key);
    if (bytes > maxKeyBytes) throw keyTooLong(bytes, maxKeyBytes);
  }

  drop(slot: number, cause: "remove" | "evict" | "expire"): void {
    this.#keep(slot);
    const key = this.#rows.keyAt(slot);
    const wasHidden = this.#rows.is(slot, isHidden);
    const version = this.#rows.versionAt(slot);
    this.#index.remove(key, slot);
    this.#policy.remove(slot);
    this.#wheel.remove(slot);
    if (this.#rows.flagsAt(slot) !== 0) this.#clearExtras(slot);
    this.#tally.size -= 1;
    this.#tally.bytes -= this.#rows.sizeAt(slot);
    this.#rows.release(slot);
    if (cause !== "evict") this.#tally.seeLimits(); // else another entry takes its place
    if (wasHidden) return; // it had gone before, as far as anybody saw
    this.order.note(key);
    if (cause === "evict") this.#tally.gone.evict += 1;
    else this.#tally.gone[cause] += 1;
    this.changes.tell(cause, key, version);
  }

  /** Fresh rows instead of emptied ones: what they held is the collector's work, not a stall here. */
  clear(): number {
    const { size } = this.#tally;
    this.#rows = new Rows();
    this.#index = createKeyIndex(this.#capacity, firstSlots);
    this.#policy = this.#newPolicy();
    this.#wheel = this.#newWheel();
    this.#tags = new Tags();
    this.#stale = new Set();
    this.order.reset();
    this.#tally.size = 0;
    this.#tally.bytes = 0;
    this.#tally.gone.clear += size;
    this.#tally.seeLimits();
    this.changes.tell("clear", "", 0);
    return size;
  }

  /** Removes a slice of what has expired and answers how many went. */
  reclaim(slice: Slice): number {
    let count = 0;
    do {
      const slot = this.#wheel.expired(this.#clock.now(), 1);
      if (slot === 0) continue; // one that lives longer, or none
      this.#expire(slot);
      count += 1;
    } while (this.#wheel.hasDue && slice.hasTime());
    return count;
  }

  /** Whether some entries must still be looked at to know what had expired by the last `reclaim`. */
  get hasDue(): boolean {
    return this.#wheel.hasDue;
  }

  slotsOf(tag: string): ReadonlySet<number> {
    return this.#tags.slotsOf(tag);
  }

  /** All entries as they are now, those that would be evicted first at the front. One at a time: another one ends it. */
  save(): Saving {
    this.#saving?.end();
    const saving = new Saving({
      rows: this.#rows,
      wheel: this.#wheel,
      size: this.#tally.size,
      order: this.#policy.inOrder(),
      version: this.#version,
      nowMs: this.#clock.now(),
      onEnd: () => {
        if (this.#saving === saving) this.#saving = undefined;
      },
    });
    this.#saving = saving;
    return saving;
  }

  #keep(slot: number): void {
    if (this.#saving !== undefined) this.#saving.keep(this.#rows, slot);
  }

  #newPolicy(): EvictionPolicy {
    const { createPolicy, sparesLasting } = this.#options;
    const policy = createPolicy(firstSlots);
    if (!sparesLasting) return policy;
    this.#expiring = new OnlyExpiring(policy, firstSlots, (slot) => this.#rows.keyIn(slot));
    return this.#expiring;
  }

  #newWheel(): ExpiryWheel {
    return new ExpiryWheel(firstSlots, this.#clock.now());
  }

  #setDeadline(slot: number, deadlineMs: number): void {
    this.#wheel.set(slot, deadlineMs, this.#rows.flagsAt(slot) !== 0);
    if (this.#expiring !== undefined) this.#expiring.mark(slot, deadlineMs !== Number.POSITIVE_INFINITY);
  }

  #isOver(slot: number): boolean {
    const deadlineMs = this.#wheel.deadlineAt(slot);
    return deadlineMs !== Number.POSITIVE_INFINITY && deadlineMs < this.#clock.now(); // most never ask for the time
  }

  #slotOf(key: string): number {
    return this.#index.find(key, this.#index.hashOf(key), this.#rows);
  }

  /** The slot of a key with this hash, unless it has expired. */
  #present(key: string, hash: number): number {
    const slot = this.#index.find(key, hash, this.#rows);
    if (slot === 0 || !this.#isOver(slot)) return slot;
    this.#expire(slot);
    return this.#index.find(key, hash, this.#rows);
  }

  /** An entry's life is over: it goes, or is kept out of sight for a while. */
  #expire(slot: number): void {
    const staleMs = this.#rows.is(slot, isHidden) ? 0 : (this.extrasAt(slot)?.staleMs ?? 0);
    const untilMs = this.deadlineAt(slot) + staleMs;
    if (untilMs < this.#clock.now()) {
      this.drop(slot, "expire");
      return;
    }
    this.#keep(slot);
    this.#setDeadline(slot, untilMs);
    this.#stale.add(slot);
    this.#hide(slot);
    this.#tally.gone.expire += 1;
    this.changes.tell("expire", this.#rows.keyAt(slot), this.versionAt(slot));
  }

  #mark(slot: number, flag: number): void {
    this.#rows.mark(slot, flag);
    this.#wheel.lookTwiceAt(slot);
  }

  #hide(slot: number): void {
    this.#mark(slot, isHidden);
    this.order.note(this.#rows.keyAt(slot));
  }

  /** A slot for a new entry of this size. */
  #insert(key: string, hash: number, size: number): number {
    if (this.#tally.size >= this.#capacity || this.#tally.bytes + size > this.#maxBytes) this.#makeRoom(size, 1, 0);
    const slot = this.#rows.take();
    if (slot > this.#rows.room) this.#grow();
    this.#rows.setKey(slot, key);
    this.#index.add(key, hash, slot);
    this.#policy.add(slot, key);
    this.#tally.size += 1;
    this.#tally.bytes += size;
    this.order.note(key);
    return slot;
  }

  /** The slot for an entry of this size in place of the one that is there. */
  #replace(slot: number, key: string, hash: number, size: number): number {
    this.#keep(slot);
    this.#policy.touch(slot); // before room is made, so that others go
    const more = size - this.sizeAt(slot);
    if (more > 0 && this.#tally.bytes + more > this.#maxBytes && !this.#makeRoom(more, 0, slot))
      return this.#insert(key, hash, size); // it went itself
    if (this.#rows.is(slot, isHidden)) this.order.note(key);
    else this.#tally.gone.overwrite += 1;
    if (this.#rows.flagsAt(slot) !== 0) this.#clearExtras(slot);
    this.#tally.bytes += more;
    return slot;
  }

  /**
   * Makes room for so many bytes and entries: what has expired goes first, then what was stale, then what the policy says.
   * False if that was the slot to be kept.
   */
  #makeRoom(bytes: number, entries: number, keep: number): boolean {
    while (this.#tally.size + entries > this.#capacity || this.#tally.bytes + bytes > this.#maxBytes) {
      const outOfUse = this.#outOfUse(keep);
      if (outOfUse !== 0) this.drop(outOfUse, "expire");
      else if (!this.#options.evicts) throw this.#refuse(entries);
      else {
        const victim = this.#policy.victim(keep);
        if (victim === 0) throw this.#refuse(entries);
        this.drop(victim, "evict");
        if (victim === keep) return false;
      }
    }
    return true;
  }

  #refuse(entries: number): WeftError {
    this.#tally.refusals += 1;
    return noRoom(this.#options.namespace, this.#tally.size + entries > this.#capacity ? "entries" : "bytes");
  }

  #outOfUse(keep: number): number {
    const expired = this.#wheel.expired(this.#clock.now(), looks);
    if (expired !== 0) return expired;
    if (this.#stale.size > 0) for (const slot of this.#stale) if (slot !== keep) return slot;
    return 0;
  }

  #grow(): void {
    const room = Math.min(this.#rows.room * 2, this.#capacity);
    this.#rows.grow(room);
    this.#index.grow(room);
    this.#policy.grow(room);
    this.#wheel.grow(room);
  }

  #addExtras(slot: number, extras: Extras): void {
    this.#mark(slot, hasExtras);
    this.#rows.setExtras(slot, extras);
    this.#tags.add(extras.tags, slot);
    if (extras.isAbsent) this.#hide(slot);
  }

  #clearExtras(slot: number): void {
    const extras = this.extrasAt(slot);
    if (extras === undefined) return;
    this.#tags.remove(extras.tags, slot);
    this.#rows.removeExtras(slot);
    this.#stale.delete(slot);
  }
}

/** What an entry takes beside its value. */
function keyBytes(key: string, extras: Extras | undefined): number {
  return entryBytes(key) + (extras === undefined ? 0 : extrasBytes(extras));
}
