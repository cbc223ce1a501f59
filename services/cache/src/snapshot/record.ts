import type { SavedEntry } from "../store/entry.js";
import { copyOf, type StoredValue } from "../store/stored-value.js";

/** First in the file; a change of the format changes it, and so an older cache refuses the file. */
export const magic: Buffer = Buffer.from("weft-cache-snapshot 2\n");
/** Of the checksum at the end, SHA-256 over all before it. */
export const checksumBytes = 32;

/**
 * What a record is, its first byte: an entry by the kind of its value, the namespace of those that follow, or the end,
 * behind which only the checksum stands.
 */
export const recordKinds = ["json", "bytes", "namespace", "end"] as const;
export type RecordKind = (typeof recordKinds)[number];

// The key is Latin-1 or, if it has other characters, UTF-16, which has all that a JavaScript text can be.
const encodings = ["latin1", "utf16le"] as const;

// Places of the numbers that begin a record. After them: the key, what few entries have as JSON, and the value.
const kindAt = 0;
const encodingAt = 1;
const keyBytesAt = 2;
const restBytesAt = 6;
const valueBytesAt = 10;
const versionAt = 14;
const expiresAtAt = 22;
export const headBytes = 30;

/** What few entries have. Times are of the wall clock, for the file outlives any other. */
interface Rest extends Pick<SavedEntry, "idleMs" | "staleMs" | "tags" | "known"> {
  readonly contentType?: string;
  readonly expiresAtMost?: number;
}

/** What is to be written of a record beside its value. */
export interface RecordHead {
  readonly kind: RecordKind;
  /** The key, or a namespace's name. */
  readonly key: string;
  readonly version: number;
  /** By the wall clock; Infinity: never. */
  readonly expiresAt: number;
  /** JSON; empty for most. */
  readonly rest: string;
}

/** Of something that is no entry. */
export function markHead(kind: "namespace" | "end", key: string): RecordHead {
  return { kind, key, version: 0, expiresAt: Number.POSITIVE_INFINITY, rest: "" };
}

/** `wallMs` is the time at which the entry was saved. */
export function entryHead(entry: SavedEntry, wallMs: number): RecordHead {
  const { key, value, version, leftMs } = entry;
  return { kind: value.kind, key, version, expiresAt: wallMs + leftMs, rest: restOf(entry, wallMs) };
}

/** What is undefined is left out by `JSON.stringify`. */
function restOf({ value, leftAtMostMs, idleMs, staleMs, tags, known }: SavedEntry, wallMs: number): string {
  const isLikeMost = idleMs === undefined && staleMs === undefined && tags === undefined && known === undefined;
  if (isLikeMost && leftAtMostMs === undefined && value.contentType === "") return "";
  const expiresAtMost = leftAtMostMs === undefined ? undefined : wallMs + leftAtMostMs;
  return JSON.stringify({ contentType: value.contentType, expiresAtMost, idleMs, staleMs, tags, known });
}

/** Bytes that a record takes before its value, at most. */
export function mostHeadBytes({ key, rest }: RecordHead): number {
  return headBytes + 2 * key.length + 3 * rest.length;
}

/** Writes what stands before the value, and answers where the value begins. */
export function writeHead(into: Buffer, at: number, head: RecordHead, valueBytes: number): number {
  const { kind, key, version, expiresAt, rest } = head;
  const encoding = isLatin1(key) ? 0 : 1;
  const keyAt = at + headBytes;
  const keyBytes = into.write(key, keyAt, encodings[encoding]);
  const restBytes = rest === "" ? 0 : into.write(rest, keyAt + keyBytes);
  into[at + kindAt] = recordKinds.indexOf(kind);
  into[at + encodingAt] = encoding;
  into.writeUInt32BE(keyBytes, at + keyBytesAt);
  into.writeUInt32BE(restBytes, at + restBytesAt);
  into.writeUInt32BE(valueBytes, at + valueBytesAt);
  into.writeDoubleBE(version, at + versionAt);
  into.writeDoubleBE(expiresAt, at + expiresAtAt);
  return keyAt + keyBytes + restBytes;
}

/** Of the record whose numbers begin at a place. */
export function recordBytes(from: Buffer, at: number): number {
  const keyAndRest = from.readUInt32BE(at + keyBytesAt) + from.readUInt32BE(at + restBytesAt);
  return headBytes + keyAndRest + from.readUInt32BE(at + valueBytesAt);
}

export function kindOf(from: Buffer, at: number): RecordKind {
  return recordKinds[from[at + kindAt] as number] ?? "end";
}

/** The key or name in a record that is there whole. */
export function readKey(from: Buffer, at: number): string {
  const begin = at + headBytes;
  return from.toString(encodings[from[at + encodingAt] as 0 | 1], begin, begin + from.readUInt32BE(at + keyBytesAt));
}

/** The entry in a record that is there whole. */
export function readEntry(from: Buffer, at: number, kind: StoredValue["kind"], wallMs: number): SavedEntry {
  const restAt = at + headBytes + from.readUInt32BE(at + keyBytesAt);
  const valueAt = restAt + from.readUInt32BE(at + restBytesAt);
  const held = copyOf(from, valueAt, valueAt + from.readUInt32BE(at + valueBytesAt));
  const key = readKey(from, at);
  const version = from.readDoubleBE(at + versionAt);
  const leftMs = from.readDoubleBE(at + expiresAtAt) - wallMs;
  if (valueAt === restAt) return { key, value: { kind, held, contentType: "" }, version, leftMs };
  const { contentType = "", expiresAtMost, ...others } = JSON.parse(from.toString("utf8", restAt, valueAt)) as Rest;
  const leftAtMostMs = expiresAtMost === undefined ? Number.POSITIVE_INFINITY : expiresAtMost - wallMs;
  return { key, value: { kind, held, contentType }, version, leftMs, leftAtMostMs, ...others };
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}
