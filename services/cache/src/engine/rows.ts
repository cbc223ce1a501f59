import type { Entry } from "../store/entry.js";
import type { StoredValue } from "../store/stored-value.js";
import type { Extras } from "./extras.js";
import { widen } from "./widen.js";

/** The first columns take a few kilobytes; they double from there. */
export const firstSlots = 256;

// What stands beside each other in one column is in one line of the processor's cache: a write reads it once.
const numbersOfSlot = 3;
const versionOf = 0;
/** Of an empty slot: the next empty one. */
const sizeOf = 1;
/** What it takes beside its value, times `flagRoom`, and its flags. */
const keySizeOf = 2;
const flagRoom = 4;

export const hasExtras = 1;
/** It is there, but not to be seen: stale, or a key without value. */
export const isHidden = 2;

/** Entries in numbered slots, from 1, with a column for each of their properties. */
export class Rows {
  /** Slots that the columns have room for. */
  #room = firstSlots;
  /** Slots beyond it have not been used. */
  #highest = 0;
  /** The first of the empty slots up to there; 0: there is none. */
  #empty = 0;
  #keys: (string | undefined)[] = [undefined];
  #values: (StoredValue | undefined)[] = [undefined];
  /** Three for each slot: see `versionOf` and the names after it. */
  #numbers = new Float64Array((firstSlots + 1) * numbersOfSlot);
  #extras = new Map<number, Extras>();

  get room(): number {
    return this.#room;
  }

  get highest(): number {
    return this.#highest;
  }

  /** A slot for a new entry without flags; if it is beyond `room`, `grow` must come before anything else. */
  take(): number {
    const slot = this.#empty;
    if (slot === 0) return ++this.#highest;
    this.#empty = this.#numbers[slot * numbersOfSlot + sizeOf] as number;
    return slot;
  }

  grow(room: number): void {
    this.#room = room;
    this.#numbers = widen(this.#numbers, (room + 1) * numbersOfSlot);
  }

  /** Empties a slot, whose extras have been taken away. */
  release(slot: number): void {
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#numbers[slot * numbersOfSlot + sizeOf] = this.#empty;
    this.#empty = slot;
  }

  isUsed(slot: number): boolean {
    return this.#keys[slot] !== undefined;
  }

  /** Of a slot that may be empty. */
  keyIn(slot: number): string | undefined {
    return this.#keys[slot];
  }

  /** Those of all slots in use, and perhaps of some that are not by now. */
  *keys(): Iterable<string> {
    for (let slot = 1; slot <= this.#highest; slot++) {
      const key = this.#keys[slot];
      if (key !== undefined) yield key;
    }
  }

  keyAt(slot: number): string {
    return this.#keys[slot] as string;
  }

  setKey(slot: number, key: string): void {
    this.#keys[slot] = key;
  }

  valueAt(slot: number): StoredValue {
    return this.#values[slot] as StoredValue;
  }

  entryAt(slot: number): Entry {
    return this.entryOf(slot, this.#keys[slot] as string);
  }

  /** The same for who has the key at hand. */
  entryOf(slot: number, key: string): Entry {
    const at = slot * numbersOfSlot;
    return {
      key,
      value: this.#values[slot] as StoredValue,
      version: unboxed(this.#numbers[at + versionOf] as number),
      size: unboxed(this.#numbers[at + sizeOf] as number),
    };
  }

  versionAt(slot: number): number {
    return this.#numbers[slot * numbersOfSlot + versionOf] as number;
  }

  sizeAt(slot: number): number {
    return this.#numbers[slot * numbersOfSlot + sizeOf] as number;
  }

  put(slot: number, value: StoredValue, version: number, size: number): void {
    const at = slot * numbersOfSlot;
    this.#values[slot] = value;
    this.#numbers[at + versionOf] = version;
    this.#numbers[at + sizeOf] = size;
  }

  /**
   * Puts a value in place of one that takes as much or more, in a slot without flags, and answers how many bytes more it takes.
   * Above zero: it does not fit so, and nothing has changed. In one go, as most writes do no more.
   */
  overwrite(slot: number, value: StoredValue, bytes: number, version: number): number {
    const numbers = this.#numbers;
    const at = slot * numbersOfSlot;
    const keySize = numbers[at + keySizeOf] as number;
    if ((keySize & (flagRoom - 1)) !== 0) return 1;
    const size = keySize / flagRoom + bytes;
    const more = size - (numbers[at + sizeOf] as number);
    if (more > 0) return more;
    this.#values[slot] = value;
    numbers[at + versionOf] = version;
    numbers[at + sizeOf] = size;
    return more;
  }

  /** Takes its flags away. */
  setKeySize(slot: number, keySize: number): void {
    this.#numbers[slot * numbersOfSlot + keySizeOf] = keySize * flagRoom;
  }

  flagsAt(slot: number): number {
    return (this.#numbers[slot * numbersOfSlot + keySizeOf] as number) & (flagRoom - 1);
  }

  is(slot: number, flag: number): boolean {
    return (this.flagsAt(slot) & flag) !== 0;
  }

  mark(slot: number, flag: number): void {
    if (!this.is(slot, flag)) (this.#numbers[slot * numbersOfSlot + keySizeOf] as number) += flag;
  }

  extrasAt(slot: number): Extras | undefined {
    return this.is(slot, hasExtras) ? this.#extras.get(slot) : undefined;
  }

  setExtras(slot: number, extras: Extras): void {
    this.#extras.set(slot, extras);
  }

  removeExtras(slot: number): void {
    this.#extras.delete(slot);
  }
}

/** The same number, as V8's small integer if it is one: what comes out of a Float64Array would take an object of its own. */
function unboxed(number: number): number {
  return number <= 0x7fff_ffff ? number | 0 : number;
}
