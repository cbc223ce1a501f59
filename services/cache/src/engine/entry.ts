import type { StoredValue } from "./stored-value.js";

export interface Entry {
  readonly key: string;
  readonly value: StoredValue;
  /** Counts the writes of the whole store, so a key that was removed and set again never gets an old version back. */
  readonly version: number;
  /** What it is accounted with, in bytes. */
  readonly size: number;
}

/**
 * What an entry takes beside its key and value: the place in the map, links, deadline, and the objects around the bytes.
 * Measured as resident memory per entry of a million, with keys of 16 and values of 100 bytes.
 */
const overheadBytes = 250;

export function createEntry(key: string, value: StoredValue, version: number): Entry {
  const size = Buffer.byteLength(key) + value.held.length + value.contentType.length + overheadBytes;
  return { key, value, version, size };
}
