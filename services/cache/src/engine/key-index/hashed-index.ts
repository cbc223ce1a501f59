import { randomBytes } from "node:crypto";
import type { Rows } from "../rows.js";
import { widen } from "../widen.js";
import { hashOf } from "./hash-of.js";
import type { KeyIndex } from "./key-index.js";

// A table is written anew when it grows, all at once: so one has some 16,384 slots at most, 0.4 ms of work.
const slotsOfTable = 2 ** 14;
const firstPlaces = 16;

/**
 * A hash table of slot numbers, of which at most half the places are taken; the keys stay in their rows. Among many keys one
 * that comes or goes costs half of what it does in a Map, and no large table is ever written anew at once. Hashes are drawn
 * anew for each index, so that nobody can foresee which keys collide.
 */
export class HashedIndex implements KeyIndex {
  readonly #seed = randomBytes(4).readInt32LE();
  /** Those of a hash: chosen by its upper bits, while the lower ones say where to look. */
  readonly #tables: Uint32Array[];
  readonly #counts: Uint32Array;
  readonly #shift: number;
  /** By slot. */
  #hashes: Uint32Array;

  constructor(capacity: number, slots: number) {
    const bits = Math.max(0, Math.ceil(Math.log2(capacity / slotsOfTable)));
    this.#tables = Array.from({ length: 2 ** bits }, () => new Uint32Array(firstPlaces));
    this.#counts = new Uint32Array(2 ** bits);
    this.#shift = 31 - bits; // after a first step: a shift by 32 would be none
    this.#hashes = new Uint32Array(slots + 1);
  }

  hashOf(key: string): number {
    return hashOf(key, this.#seed);
  }

  grow(slots: number): void {
    this.#hashes = widen(this.#hashes, slots + 1);
  }

  find(key: string, hash: number, rows: Rows): number {
    const table = this.#tables[(hash >>> 1) >>> this.#shift] as Uint32Array;
    const mask = table.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = table[place] as number;
      if (slot === 0 || (this.#hashes[slot] === hash && rows.keyIn(slot) === key)) return slot;
    }
  }

  add(_key: string, hash: number, slot: number): void {
    const at = (hash >>> 1) >>> this.#shift;
    let table = this.#tables[at] as Uint32Array;
    const count = (this.#counts[at] as number) + 1;
    if (count * 2 > table.length) {
      table = this.#widened(table);
      this.#tables[at] = table;
    }
    this.#counts[at] = count;
    this.#hashes[slot] = hash;
    put(table, slot, hash);
  }

  remove(_key: string, slot: number): void {
    const hash = this.#hashes[slot] as number;
    const at = (hash >>> 1) >>> this.#shift;
    const table = this.#tables[at] as Uint32Array;
    const mask = table.length - 1;
    (this.#counts[at] as number) -= 1;
    let empty = hash & mask;
    while (table[empty] !== slot) empty = (empty + 1) & mask;
    // Those behind it move up, unless they then stood before the place where their search begins.
    for (let place = (empty + 1) & mask; ; place = (place + 1) & mask) {
      const other = table[place] as number;
      if (other === 0) break;
      const home = (this.#hashes[other] as number) & mask;
      if (((place - home) & mask) < ((place - empty) & mask)) continue;
      table[empty] = other;
      empty = place;
    }
    table[empty] = 0;
  }

  #widened(table: Uint32Array): Uint32Array {
    const wider = new Uint32Array(table.length * 2);
    for (const slot of table) if (slot !== 0) put(wider, slot, this.#hashes[slot] as number);
    return wider;
  }
}

function put(table: Uint32Array, slot: number, hash: number): void {
  const mask = table.length - 1;
  let place = hash & mask;
  while (table[place] !== 0) place = (place + 1) & mask;
  table[place] = slot;
}
