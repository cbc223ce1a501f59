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
import { createKeyMap, type KeyMap } from "./key-map.js";
import { KeyOrder } from "./key-order/key-order.js";
import { LimitWatch } from "./near-limit.js";
import type { CreatePolicy, EvictionPolicy } from "./policies/eviction-policy.js";
import { OnlyExpiring } from "./policies/only-expiring.js";
import { Tags } from "./tags.js";
import { widen } from "./widen.js";

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
  readonly deadlineMs: number;
  readonly extras: Extras | undefined;
  readonly version: number;
}

// The first columns take a few kilobytes; they double from there.
const firstSlots = 256;

// Steps on the wheel that a write makes to find an entry that has expired: more may be due for a millisecond or two.
const looks = 64;

// What stands beside each other in one column is in one line of the processor's cache: a get reads it once.
const numbersOfSlot = 4;
/**
 * The last millisecond of its life; Infinity if it never expires. Negative if the entry has flags, which so is "over" at
 * first sight: a get of any other entry makes one comparison.
 */
const deadlineOf = 0;
const versionOf = 1;
const sizeOf = 2;
/** What it takes beside its value, times `flagRoom`, and its flags. */
const keySizeOf = 3;
const flagRoom = 4;

const hasExtras = 1;
/** It is there, but not to be seen: stale, or a key without value. */
const isHidden = 2;

/**
 * Entries in numbered slots, a column for each of their properties, and what must change together with them: the map of
 * keys, the policy, the wheel, the order of keys, bytes, and counts. Answers slots; 0 is none.
 */
export class EntryTable {
  readonly #options: TableOptions;
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #maxEntryBytes: number;
  readonly #clock: Clock;
  readonly #slotOf: KeyMap;
  readonly changes = new Changes();
  readonly order: KeyOrder;
  readonly #entryWatch: LimitWatch;
  readonly #byteWatch: LimitWatch;
  readonly #removals = { remove: 0, evict: 0, expire: 0, clear: 0, overwrite: 0 };
  #refusals = 0;
  #version = 0;
  #size = 0;
  #bytes = 0;

  // By slot, from 1. Slots beyond the highest have not been used.
  #slots = firstSlots;
  #highest = 0;
  #free: number[] = [];
  #keys: (string | undefined)[] = [undefined];
  #values: (StoredValue | undefined)[] = [undefined];
  /** Four for each slot: see `deadlineOf` and the names after it. */
  #numbers = new Float64Array((firstSlots + 1) * numbersOfSlot);
  #policy: EvictionPolicy;
  /** The same, where it must be told which entries expire. */
  #expiring: OnlyExpiring | undefined;
  #wheel: ExpiryWheel;
  #extras = new Map<number, Extras>();
  #tags = new Tags();
  /** Kept beyond their life for those who ask for a lease. */
  #stale = new Set<number>();

  constructor(options: TableOptions) {
    const { namespace, capacity, maxBytes, maxEntryBytes, clock, logger } = options;
    this.#options = options;
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
    this.#maxEntryBytes = maxEntryBytes;
    this.#clock = clock;
    this.#slotOf = createKeyMap(capacity);
    this.#policy = this.#newPolicy();
    this.#wheel = this.#newWheel();
    this.#entryWatch = new LimitWatch({ namespace, limit: "entries", max: capacity }, logger);
    this.#byteWatch = new LimitWatch({ namespace, limit: "bytes", max: maxBytes }, logger);
    const isVisible = (slot: number | undefined) => slot !== undefined && !this.#is(slot, isHidden);
    this.order = new KeyOrder({
      size: () => this.#size,
      has: (key) => isVisible(this.#slotOf.get(key)),
      all: () => this.#slotOf.keys(),
    });
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of the last write. */
  get version(): number {
    return this.#version;
  }

  get removals(): Removals {
    return { ...this.#removals };
  }

  get refusals(): number {
    return this.#refusals;
  }

  /** The live entry under a key. One that has expired goes on the way. */
  find(key: string): number {
    const slot = this.#present(key);
    return this.#is(slot, isHidden) ? 0 : slot;
  }

  /** Finds, uses and reads an entry: what a get does, in one go for entries like most. */
  use(key: string): Entry | undefined {
    const slot = this.#slotOf.get(key);
    if (slot === undefined) return undefined;
    const at = slot * numbersOfSlot;
    const deadlineMs = this.#numbers[at + deadlineOf] as number;
    if (deadlineMs !== Number.POSITIVE_INFINITY && deadlineMs < this.#clock.now()) return this.#useOther(key);
    this.#policy.touch(slot);
    return this.#entryOf(at, slot, key);
  }

  #useOther(key: string): Entry | undefined {
    const slot = this.find(key);
    if (slot === 0) return undefined;
    this.touch(slot);
    return this.entryAt(slot);
  }

  #entryOf(at: number, slot: number, key: string): Entry {
    return {
      key,
      value: this.#values[slot] as StoredValue,
      version: unboxed(this.#numbers[at + versionOf] as number),
      size: unboxed(this.#numbers[at + sizeOf] as number),
    };
  }

  /** What is kept of the key, seen or not. */
  findHidden(key: string): number {
    const slot = this.#present(key);
    return this.#is(slot, isHidden) ? slot : 0;
  }

  /** What is under a key, if it is visible and not expired; changes nothing. */
  peek(key: string): number {
    const slot = this.#slotOf.get(key);
    return slot === undefined || this.#is(slot, isHidden) || this.#isOver(slot) ? 0 : slot;
  }

  /** The entry in a slot that is in use. */
  entryAt(slot: number): Entry {
    return this.#entryOf(slot * numbersOfSlot, slot, this.#keys[slot] as string);
  }

  /** Whether there is an entry in a slot at all. */
  isUsed(slot: number): boolean {
    return this.#keys[slot] !== undefined;
  }

  versionAt(slot: number): number {
    return this.#numbers[slot * numbersOfSlot + versionOf] as number;
  }

  sizeAt(slot: number): number {
    return this.#numbers[slot * numbersOfSlot + sizeOf] as number;
  }

  valueAt(slot: number): StoredValue {
    return this.#values[slot] as StoredValue;
  }

  deadlineAt(slot: number): number {
    return Math.abs(this.#numbers[slot * numbersOfSlot + deadlineOf] as number);
  }

  extrasAt(slot: number): Extras | undefined {
    return this.#is(slot, hasExtras) ? this.#extras.get(slot) : undefined;
  }

  /** The entry was used. */
  touch(slot: number): void {
    this.#policy.touch(slot);
    if (this.#flagsAt(slot) === 0) return;
    const extras = this.extrasAt(slot);
    if (extras !== undefined && extras.idleMs !== Number.POSITIVE_INFINITY)
      this.#setDeadline(slot, deadlineFrom(extras, this.#clock.now()));
  }

  /** Changes when an entry expires. Infinity: never. */
  setDeadline(slot: number, deadlineMs: number, extras: Extras | undefined): void {
    this.#setDeadline(slot, deadlineMs);
    if (extras !== undefined) this.#extras.set(slot, extras);
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
    const present = this.#present(key);
    if (present !== 0 && extras === undefined && this.#flagsAt(present) === 0) {
      const size = (this.#numbers[present * numbersOfSlot + keySizeOf] as number) / flagRoom + valueBytes(value);
      if (size <= this.sizeAt(present)) {
        this.#policy.touch(present);
        this.#removals.overwrite += 1;
        this.#bytes += size - this.sizeAt(present);
        this.#put(present, value, version, size);
        this.#setDeadline(present, deadlineMs);
        this.changes.tell("set", key, version);
        return present;
      }
    }
    return this.#writeAnew(present, key, value, { deadlineMs, extras, version });
  }

  /** Where room may be needed, or what few entries have changes. */
  #writeAnew(present: number, key: string, value: StoredValue, { deadlineMs, extras, version }: Terms): number {
    this.checkKey(key);
    const keySize = keyBytes(key, extras);
    const size = keySize + valueBytes(value);
    if (size > this.#maxEntryBytes) throw entryTooLarge(size, this.#maxEntryBytes);
    const slot = present === 0 ? this.#insert(key, size) : this.#replace(present, key, size);
    this.#numbers[slot * numbersOfSlot + keySizeOf] = keySize * flagRoom;
    this.#put(slot, value, version, size);
    this.#setDeadline(slot, deadlineMs);
    if (extras !== undefined) this.#addExtras(slot, extras);
    this.changes.tell(this.#is(slot, isHidden) ? "remove" : "set", key, version);
    this.#seeLimits();
    return slot;
  }

  #put(slot: number, value: StoredValue, version: number, size: number): void {
    if (version > this.#version) this.#version = version;
    const at = slot * numbersOfSlot;
    this.#values[slot] = value;
    this.#numbers[at + versionOf] = version;
    this.#numbers[at + sizeOf] = size;
  }

  /** Throws if a key is too long to be stored. */
  checkKey(key: string): void {
    const { maxKeyBytes } = this.#options;
    if (key.length * 3 <= maxKeyBytes) return; // no unit of UTF-16 takes more
    const bytes = Buffer.byteLength(key);
    if (bytes > maxKeyBytes) throw keyTooLong(bytes, maxKeyBytes);
  }

  drop(slot: number, cause: "remove" | "evict" | "expire"): void {
    const key = this.#keys[slot] as string;
    const wasHidden = this.#is(slot, isHidden);
    this.#slotOf.delete(key);
    this.#policy.remove(slot);
    this.#wheel.remove(slot);
    if (this.#flagsAt(slot) !== 0) this.#clearExtras(slot);
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
    this.#bytes -= this.sizeAt(slot);
    if (cause !== "evict") this.#seeLimits(); // else another entry takes its place
    if (wasHidden) return; // it had gone before, as far as anybody saw
    this.order.note(key);
    if (cause === "evict") this.#removals.evict += 1;
    else this.#removals[cause] += 1;
    this.changes.tell(cause, key, this.versionAt(slot));
  }

  /** Fresh columns instead of emptied ones: what they held is the collector's work, not a stall here. */
  clear(): number {
    const size = this.#size;
    this.#slotOf.clear();
    this.#slots = firstSlots;
    this.#highest = 0;
    this.#free = [];
    this.#keys = [undefined];
    this.#values = [undefined];
    this.#numbers = new Float64Array((firstSlots + 1) * numbersOfSlot);
    this.#policy = this.#newPolicy();
    this.#wheel = this.#newWheel();
    this.#extras = new Map();
    this.#tags = new Tags();
    this.#stale = new Set();
    this.order.reset();
    this.#size = 0;
    this.#bytes = 0;
    this.#removals.clear += size;
    this.#seeLimits();
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

  /** All slots in use, those that would be evicted first at the front. */
  inOrder(): Uint32Array {
    return this.#policy.inOrder();
  }

  #newPolicy(): EvictionPolicy {
    const { createPolicy, sparesLasting } = this.#options;
    const policy = createPolicy(firstSlots);
    if (!sparesLasting) return policy;
    this.#expiring = new OnlyExpiring(policy, firstSlots, (slot) => this.#keys[slot]);
    return this.#expiring;
  }

  #newWheel(): ExpiryWheel {
    return new ExpiryWheel(firstSlots, { nowMs: this.#clock.now(), deadlineOf: (slot) => this.deadlineAt(slot) });
  }

  #is(slot: number, flag: number): boolean {
    return (this.#flagsAt(slot) & flag) !== 0;
  }

  #flagsAt(slot: number): number {
    return (this.#numbers[slot * numbersOfSlot + keySizeOf] as number) & (flagRoom - 1);
  }

  #setDeadline(slot: number, deadlineMs: number): void {
    this.#numbers[slot * numbersOfSlot + deadlineOf] = this.#flagsAt(slot) === 0 ? deadlineMs : -deadlineMs;
    this.#wheel.set(slot, deadlineMs);
    if (this.#expiring !== undefined) this.#expiring.mark(slot, deadlineMs !== Number.POSITIVE_INFINITY);
  }

  #mark(slot: number, flag: number): void {
    if (!this.#is(slot, flag)) (this.#numbers[slot * numbersOfSlot + keySizeOf] as number) += flag;
    this.#numbers[slot * numbersOfSlot + deadlineOf] = -this.deadlineAt(slot);
  }

  #isOver(slot: number): boolean {
    const deadlineMs = this.deadlineAt(slot);
    return deadlineMs !== Number.POSITIVE_INFINITY && deadlineMs < this.#clock.now(); // most never ask for the time
  }

  /** The slot of a key, unless it has expired. */
  #present(key: string): number {
    const slot = this.#slotOf.get(key);
    if (slot === undefined) return 0;
    if (!this.#isOver(slot)) return slot;
    this.#expire(slot);
    return this.#slotOf.get(key) ?? 0;
  }

  /** An entry's life is over: it goes, or is kept out of sight for a while. */
  #expire(slot: number): void {
    const staleMs = this.#is(slot, isHidden) ? 0 : (this.extrasAt(slot)?.staleMs ?? 0);
    const untilMs = this.deadlineAt(slot) + staleMs;
    if (untilMs < this.#clock.now()) {
      this.drop(slot, "expire");
      return;
    }
    this.#setDeadline(slot, untilMs);
    this.#stale.add(slot);
    this.#hide(slot);
    this.#removals.expire += 1;
    this.changes.tell("expire", this.#keys[slot] as string, this.versionAt(slot));
  }

  #hide(slot: number): void {
    this.#mark(slot, isHidden);
    this.order.note(this.#keys[slot] as string);
  }

  /** A slot for a new entry of this size. */
  #insert(key: string, size: number): number {
    if (this.#size >= this.#capacity || this.#bytes + size > this.#maxBytes) this.#makeRoom(size, 1, 0);
    const slot = this.#free.pop() ?? ++this.#highest;
    if (slot > this.#slots) this.#grow();
    this.#keys[slot] = key;
    this.#slotOf.set(key, slot);
    this.#policy.add(slot, key);
    this.#size += 1;
    this.#bytes += size;
    this.order.note(key);
    return slot;
  }

  /** The slot for an entry of this size in place of the one that is there. */
  #replace(slot: number, key: string, size: number): number {
    this.#policy.touch(slot); // before room is made, so that others go
    const more = size - this.sizeAt(slot);
    if (more > 0 && this.#bytes + more > this.#maxBytes && !this.#makeRoom(more, 0, slot))
      return this.#insert(key, size); // it went itself
    if (this.#is(slot, isHidden)) this.order.note(key);
    else this.#removals.overwrite += 1;
    if (this.#flagsAt(slot) !== 0) this.#clearExtras(slot);
    this.#bytes += more;
    return slot;
  }

  /**
   * Makes room for so many bytes and entries: what has expired goes first, then what was stale, then what the policy says.
   * False if that was the slot to be kept.
   */
  #makeRoom(bytes: number, entries: number, keep: number): boolean {
    while (this.#size + entries > this.#capacity || this.#bytes + bytes > this.#maxBytes) {
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
    this.#refusals += 1;
    return noRoom(this.#options.namespace, this.#size + entries > this.#capacity ? "entries" : "bytes");
  }

  #outOfUse(keep: number): number {
    const expired = this.#wheel.expired(this.#clock.now(), looks);
    if (expired !== 0) return expired;
    if (this.#stale.size > 0) for (const slot of this.#stale) if (slot !== keep) return slot;
    return 0;
  }

  #grow(): void {
    this.#slots = Math.min(this.#slots * 2, this.#capacity);
    this.#numbers = widen(this.#numbers, (this.#slots + 1) * numbersOfSlot);
    this.#policy.grow(this.#slots);
    this.#wheel.grow(this.#slots);
  }

  #addExtras(slot: number, extras: Extras): void {
    this.#mark(slot, hasExtras);
    this.#extras.set(slot, extras);
    this.#tags.add(extras.tags, slot);
    if (extras.isAbsent) this.#hide(slot);
  }

  #clearExtras(slot: number): void {
    const extras = this.extrasAt(slot);
    if (extras === undefined) return;
    this.#tags.remove(extras.tags, slot);
    this.#extras.delete(slot);
    this.#stale.delete(slot);
  }

  #seeLimits(): void {
    this.#entryWatch.see(this.#size);
    this.#byteWatch.see(this.#bytes);
  }
}

/** What an entry takes beside its value. */
function keyBytes(key: string, extras: Extras | undefined): number {
  return entryBytes(key) + (extras === undefined ? 0 : extrasBytes(extras));
}

/** The same number, as V8's small integer if it is one: what comes out of a Float64Array would take an object of its own. */
function unboxed(number: number): number {
  return number <= 0x7fff_ffff ? number | 0 : number;
}
