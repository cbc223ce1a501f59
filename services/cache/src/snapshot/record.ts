import type { SavedEntry } from "../store/entry.js";
import { bytesOf, type StoredValue, storeValue } from "../store/stored-value.js";

/** First in the file; a change of the format changes it, and so an older cache refuses the file. */
export const magic: Buffer = Buffer.from("weft-cache-snapshot 1\n");
/** Of the checksum at the end, SHA-256 over all before it. */
export const checksumBytes = 32;
/** Of the two numbers that begin a record: the lengths of head and value. */
export const lengthsBytes = 8;
/** In place of the length of a head: the checksum follows. */
export const endMark = 0xffff_ffff;

/** What stands in a record beside the value. Times are of the wall clock, for the file outlives any other. */
interface Head extends Omit<SavedEntry, "value" | "leftMs" | "leftAtMostMs"> {
  readonly namespace: string;
  readonly kind: StoredValue["kind"];
  readonly contentType: string;
  readonly expiresAt?: number;
  readonly expiresAtMost?: number;
}

export interface SavedRecord {
  readonly namespace: string;
  readonly entry: SavedEntry;
}

/** The head as JSON. What is undefined is left out by `JSON.stringify`. */
export function encodeHead({ namespace, entry }: SavedRecord, wallMs: number): string {
  const { key, value, version, leftMs, leftAtMostMs, idleMs, staleMs, tags, known } = entry;
  const { kind, contentType } = value;
  const expiresAt = leftMs === undefined ? undefined : wallMs + leftMs;
  const expiresAtMost = leftAtMostMs === undefined ? undefined : wallMs + leftAtMostMs;
  const dates = { expiresAt, expiresAtMost };
  return JSON.stringify({ namespace, key, kind, contentType, version, ...dates, idleMs, staleMs, tags, known });
}

/** A whole record, for one that does not fit a slice. */
export function encodeRecord(head: string, value: StoredValue): Buffer {
  const text = Buffer.from(head);
  const bytes = bytesOf(value);
  const lengths = Buffer.allocUnsafe(lengthsBytes);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([lengths, text, bytes]);
}

export function decodeRecord(head: Buffer, bytes: Buffer, wallMs: number): SavedRecord {
  const { namespace, kind, contentType, expiresAt, expiresAtMost, ...rest } = JSON.parse(head.toString()) as Head;
  const entry: SavedEntry = {
    ...rest,
    value: storeValue(kind, bytes, contentType),
    ...(expiresAt !== undefined && { leftMs: expiresAt - wallMs }),
    ...(expiresAtMost !== undefined && { leftAtMostMs: expiresAtMost - wallMs }),
  };
  return { namespace, entry };
}
