import type { Rows } from "../rows.js";
import { HashedIndex } from "./hashed-index.js";
import { MapIndex } from "./map-index.js";

/** In which slot a key is. */
export interface KeyIndex {
  /** What the other methods are to be told of a key, worked out once for all steps of an operation. */
  hashOf(key: string): number;
  /** The slot of a key; 0: it has none. */
  find(key: string, hash: number, rows: Rows): number;
  /** The key has none yet. */
  add(key: string, hash: number, slot: number): void;
  remove(key: string, slot: number): void;
  /** Makes room for slots up to `slots`. */
  grow(slots: number): void;
}

// A Map that grows or shrinks is written anew, all at once: 1 ms for so many keys.
const mostInMap = 2 ** 14;

/** For at most `capacity` keys, in slots up to `slots`. */
export function createKeyIndex(capacity: number, slots: number): KeyIndex {
  return capacity <= mostInMap ? new MapIndex() : new HashedIndex(capacity, slots);
}
