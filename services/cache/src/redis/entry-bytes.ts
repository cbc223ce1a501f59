import { extrasBytes } from "../engine/extras.js";
import type { Entry } from "../store/entry.js";
import { entrySize } from "../store/entry-size.js";
import { bytesOf, type StoredValue } from "../store/stored-value.js";
import { keyOfBytes } from "./key-bytes.js";

/** Bits of the first byte of an entry, as the scripts know them. */
export const flag = { bytes: 1, knownAbsent: 2, hasIdle: 4, hasTags: 8, hasStale: 16, hasExtras: 32 } as const;

// Flags, then version, idle limit, at most, and stale, each as eight bytes.
const headerBytes = 33;
const versionAt = 1;

/** What of an entry the scripts do not look into: tags, content type, value. A text of it stands behind its length. */
export function bodyOf(value: StoredValue, tags: readonly Buffer[]): Buffer {
  const contentType = Buffer.from(value.contentType);
  const count = Buffer.allocUnsafe(2);
  count.writeUInt16BE(tags.length);
  return Buffer.concat([count, ...tags.flatMap(withLength), ...withLength(contentType), bytesOf(value)]);
}

function withLength(text: Buffer): readonly Buffer[] {
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(text.length);
  return [length, text];
}

/** An entry as it stands in Redis; undefined for a key that is known to have no value. */
export function entryOf(key: string, bytes: Buffer): Entry | undefined {
  const flags = bytes[0] as number;
  if ((flags & flag.knownAbsent) !== 0) return undefined;
  const version = bytes.readDoubleBE(versionAt);
  let at = headerBytes + 2;
  const tags: string[] = [];
  for (let left = bytes.readUInt16BE(headerBytes); left > 0; left--) {
    const end = at + 2 + bytes.readUInt16BE(at);
    tags.push(keyOfBytes(bytes.subarray(at + 2, end)));
    at = end;
  }
  const contentTypeEnd = at + 2 + bytes.readUInt16BE(at);
  const contentType = contentTypeEnd === at + 2 ? "" : bytes.toString("utf8", at + 2, contentTypeEnd);
  const kind = (flags & flag.bytes) === 0 ? "json" : "bytes";
  const value: StoredValue = { kind, held: bytes.subarray(contentTypeEnd), contentType };
  const extraBytes = (flags & flag.hasExtras) === 0 ? 0 : extrasBytes({ tags });
  return { key, value, version, size: entrySize(key, value) + extraBytes };
}
