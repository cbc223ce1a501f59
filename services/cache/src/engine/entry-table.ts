import type { Clock, Logger } from "@weft/core";
import type { Entry } from "../store/entry.js";
import { entryBytes, valueBytes } from "../store/entry-size.js";
import { entryTooLarge, keyTooLong } from "../store/refusals.js";
import type { Removals } from "../store/stats.js";
import type { StoredValue } from "../store/stored-value.js";
import { Changes } from "./changes.js";
import { Departures, type DeparturesOptions } from "./departures.js";
import type { ExpiryWheel } from "./expiry-wheel.js";
import { deadlineFrom, type Extras, extrasBytes } from "./extras.js";
import type { Slice } from "./in-slices.js";
import type { KeyIndex } from "./key-index/key-index.js";
import { KeyOrder } from "./key-order/key-order.js";
import type { EvictionPolicy } from "./policies/eviction-policy.js";
import { isHidden, type Rows } from "./rows.js";
import type { Saving } from "./saving.js";
import { Slots, type SlotsOptions } from "./slots.js";
import { Tally } from "./tally.js";

export interface TableOptions extends SlotsOptions, DeparturesOptions {
  readonly maxEntryBytes: number;
  readonly maxKeyBytes: number;
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

/** Entries by their keys, and what must change together with them: the order of keys, counts, changes. Answers slots; 0 is none. */
export class EntryTable {
  readonly #options: TableOptions;
  readonly #clock: Clock;
  readonly changes = new Changes();
  readonly order: KeyOrder;
  readonly #tally: Tally;
  readonly #slots: Slots;
  // Parts of the slots, one step nearer: a get or a set takes 4 % less so.
  #rows: Rows;
  #index: KeyIndex;
  #wheel: ExpiryWheel;
  #policy: EvictionPolicy;
  readonly #departures: Departures;
  #version = 0;

  constructor(options: TableOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#tally = new Tally(options, options.logger);
    const slots = new Slots(options);
    this.#slots = slots;
    this.#rows = slots.rows;
    this.#index = slots.index;
    this.#wheel = slots.wheel;
    this.#policy = slots.policy;
    this.order = new KeyOrder({
      size: () => this.#tally.size,
      has: (key) => {
        const slot = this.#slotOf(key);
        return slot !== 0 && !slots.rows.is(slot, isHidden);
      },
      all: () => slots.rows.keys(),
    });
    this.#departures = new Departures(options, {
      slots,
      tally: this.#tally,
      order: this.order,
      changes: this.changes,
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

  keyAt(slot: number): string {
    return this.#rows.keyAt(slot);
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

  slotsOf(tag: string): ReadonlySet<number> {
    return this.#slots.tags.slotsOf(tag);
  }

  /** The entry was used. */
  touch(slot: number): void {
    this.#policy.touch(slot);
    if (this.#rows.flagsAt(slot) === 0) return;
    const extras = this.extrasAt(slot);
    if (extras !== undefined && extras.idleMs !== Number.POSITIVE_INFINITY)
      this.setDeadline(slot, deadlineFrom(extras, this.#clock.now()), undefined);
  }

  /** Changes when an entry expires. Infinity: never. */
  setDeadline(slot: number, deadlineMs: number, extras: Extras | undefined): void {
    this.#slots.keep(slot);
    this.#slots.setDeadline(slot, deadlineMs);
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
    if (present !== 0 && extras === undefined && this.#overwrite(present, key, value, deadlineMs, version))
      return present;
    return this.#writeAnew(present, key, value, { hash, deadlineMs, extras, version });
  }

  /** What most writes are: needs no room, changes nothing that few entries have. False: it is no such one. */
  #overwrite(slot: number, key: string, value: StoredValue, deadlineMs: number, version: number): boolean {
    this.#slots.keep(slot);
    const more = this.#rows.overwrite(slot, value, valueBytes(value), version);
    if (more > 0) return false;
    if (version > this.#version) this.#version = version;
    this.#tally.overwritten(more);
    this.#policy.touch(slot);
    this.#slots.setDeadlineOf(slot, deadlineMs, false);
    this.changes.tell("set", key, version);
    return true;
  }

  /**
   * Where room may be needed, or what few entries have changes. Insertion stands in it, as V8 inlines no function of more than
   * 460 bytes of code: else this one now and then takes the room of overwrites, which then cost a third more.
   */
  #writeAnew(present: number, key: string, value: StoredValue, terms: Terms): number {
    const { hash, deadlineMs, extras, version } = terms;
    this.checkKey(key);
    const keySize = keyBytes(key, extras);
    const size = keySize + valueBytes(value);
    if (size > this.#options.maxEntryBytes) throw entryTooLarge(size, this.#options.maxEntryBytes);
    let slot = present === 0 ? 0 : this.#replace(present, key, size);
    if (slot === 0) {
      const { capacity, maxBytes } = this.#options;
      if (this.#tally.size >= capacity || this.#tally.bytes + size > maxBytes) this.#departures.makeRoom(size, 1, 0);
      slot = this.#slots.take(key, hash);
      this.#tally.size += 1;
      this.#tally.bytes += size;
      this.order.note(key);
    }
    this.#rows.setKeySize(slot, keySize);
    this.#put(slot, value, version, size);
    this.#slots.setDeadline(slot, deadlineMs);
    if (extras !== undefined) {
      this.#slots.addExtras(slot, extras);
      if (extras.isAbsent) this.#departures.hide(slot);
    }
    this.changes.tell(this.#rows.is(slot, isHidden) ? "remove" : "set", key, version);
    this.#tally.seeLimits();
    return slot;
  }

  #put(slot: number, value: StoredValue, version: number, size: number): void {
    if (version > this.#version) this.#version = version;
    this.#rows.put(slot, value, version, size);
  }

  /** The slot for an entry of this size in place of the one that is there; 0: that went itself, for the room. */
  #replace(slot: number, key: string, size: number): number {
    this.#slots.keep(slot);
    this.#policy.touch(slot); // before room is made, so that others go
    const more = size - this.#rows.sizeAt(slot);
    if (more > 0 && this.#tally.bytes + more > this.#options.maxBytes && !this.#departures.makeRoom(more, 0, slot))
      return 0;
    if (this.#rows.is(slot, isHidden)) this.order.note(key);
    else this.#tally.gone.overwrite += 1;
    if (this.#rows.flagsAt(slot) !== 0) this.#slots.clearExtras(slot);
    this.#tally.bytes += more;
    return slot;
  }

  /** Throws if a key is too long to be stored. */
  checkKey(key: string): void {
    const { maxKeyBytes } = this.#options;
    if (key.length * 3 <= maxKeyBytes) return; // no unit of UTF-16 takes more
    const bytes = Buffer.byteLength(key);
    if (bytes > maxKeyBytes) throw keyTooLong(bytes, maxKeyBytes);
  }

  drop(slot: number, cause: "remove" | "expire"): void {
    this.#departures.drop(slot, cause);
  }

  clear(): number {
    const { size } = this.#tally;
    this.#slots.reset();
    this.#rows = this.#slots.rows;
    this.#index = this.#slots.index;
    this.#wheel = this.#slots.wheel;
    this.#policy = this.#slots.policy;
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
    return this.#departures.reclaim(slice);
  }

  /** Whether some entries must still be looked at to know what had expired by the last `reclaim`. */
  get hasDue(): boolean {
    return this.#wheel.hasDue;
  }

  /** All entries as they are now, those that would be evicted first at the front. One at a time: another one ends it. */
  save(): Saving {
    return this.#slots.save(this.#tally.size, this.#version);
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
    if (slot === 0) return 0;
    const deadlineMs = this.#wheel.glanceAt(slot);
    if (deadlineMs === Number.POSITIVE_INFINITY || deadlineMs >= this.#clock.now()) return slot;
    return this.#presentIn(slot, key, hash);
  }

  /** Looks twice. */
  #presentIn(slot: number, key: string, hash: number): number {
    if (!this.#isOver(slot)) return slot;
    this.#departures.expire(slot);
    return this.#index.find(key, hash, this.#rows);
  }
}

/** What an entry takes beside its value. */
function keyBytes(key: string, extras: Extras | undefined): number {
  return entryBytes(key) + (extras === undefined ? 0 : extrasBytes(extras));
}
