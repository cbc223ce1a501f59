import { bytesOfKey } from "./key-bytes.js";
import { indexOf } from "./layout.js";

/** A part of a set sorted by bytes, as ZRANGEBYLEX takes it. */
export interface Range {
  readonly from: Buffer;
  readonly to: Buffer;
}

const inclusive = Buffer.from("[");
const exclusive = Buffer.from("(");
// No text has this byte, so it stands behind all that begin alike.
const last = Buffer.from([0xff]);

export function prefixRange(prefix: string): Range {
  const bytes = Buffer.from(bytesOfKey(prefix));
  return { from: Buffer.concat([inclusive, bytes]), to: Buffer.concat([exclusive, bytes, last]) };
}

/** What of a range is beyond a key, in the order asked for. */
export function beyond(range: Range, after: string, descending: boolean): Range {
  const bound = Buffer.concat([exclusive, Buffer.from(bytesOfKey(after))]);
  const isWithin = (edge: Buffer) => bound.subarray(1).compare(edge.subarray(1)) * (descending ? -1 : 1) >= 0;
  if (descending) return isWithin(range.to) ? { from: range.from, to: bound } : range;
  return isWithin(range.from) ? { from: bound, to: range.to } : range;
}

/** Where a removal looks: a range of an index, and how much stands before the key in its members. */
export interface IndexRange extends Range {
  readonly index: number;
  readonly skip: number;
}

export function indexRangeOf(what: { readonly prefix: string } | { readonly tag: string }): IndexRange {
  if ("prefix" in what) return { ...prefixRange(what.prefix), index: indexOf("keys_shown"), skip: 0 };
  const tag = Buffer.from(bytesOfKey(what.tag));
  const start = `${tag.length}:${what.tag}`;
  return { ...prefixRange(start), index: indexOf("tags"), skip: Buffer.from(bytesOfKey(start)).length };
}

/** What of a range comes behind a member. */
export function behind(range: Range, member: Buffer): Range {
  return { from: Buffer.concat([exclusive, member]), to: range.to };
}
