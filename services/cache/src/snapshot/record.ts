import type { SavedEntry } from "../store/entry.js";
import { bytesOf, storeValue } from "../store/stored-value.js";

/** First in the file; a change of the format changes it, and so an older cache refuses the file. */
export const magic: Buffer = Buffer.from("weft-cache-snapshot 1\n");
/** Of the checksum at the end, SHA-256 over all before it. */
export const checksumBytes = 32;
export const lengthsBytes = 8;
/** In place of the length of a record: the checksum follows. */
export const endMark = 0xffff_ffff;

/** What stands in a record beside the value. Times are of the wall clock, for the file outlives any other. */
interface Head extends Omit<SavedEntry, "value" | "leftMs" | "leftAtMostMs"> {
  readonly namespace: string;
  readonly kind: "json" | "bytes";
  readonly contentType?: string;
  readonly expiresAt?: number;
  readonly expiresAtMost?: number;
}

export interface SavedRecord {
  readonly namespace: string;
  readonly entry: SavedEntry;
}

/** Lengths of head and value, head, value. */
export function encodeRecord({ namespace, entry }: SavedRecord, wallMs: number): readonly [Buffer, Buffer] {
  const { value, leftMs, leftAtMostMs, ...rest } = entry;
  const head: Head = {
    ...rest,
    namespace,
    kind: value.kind,
    ...(value.contentType !== "" && { contentType: value.contentType }),
    ...(leftMs !== undefined && { expiresAt: wallMs + leftMs }),
    ...(leftAtMostMs !== undefined && { expiresAtMost: wallMs + leftAtMostMs }),
  };
  const text = Buffer.from(JSON.stringify(head));
  const bytes = bytesOf(value);
  const lengths = Buffer.allocUnsafe(lengthsBytes);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(bytes.length, 4);
  return [Buffer.concat([lengths, text]), bytes];
}

export function decodeRecord(text: Buffer, bytes: Buffer, wallMs: number): SavedRecord {
  const { namespace, kind, contentType, expiresAt, expiresAtMost, ...rest } = JSON.parse(text.toString()) as Head;
  const entry: SavedEntry = {
    ...rest,
    value: storeValue(kind, bytes, contentType),
    ...(expiresAt !== undefined && { leftMs: expiresAt - wallMs }),
    ...(expiresAtMost !== undefined && { leftAtMostMs: expiresAtMost - wallMs }),
  };
  return { namespace, entry };
}
