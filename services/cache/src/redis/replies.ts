import type { Change, ChangeKind, ChangePosition } from "../store/change.js";
import type { Lease } from "../store/lease.js";
import type { StoreStats } from "../store/stats.js";
import type { SetOutcome, TtlOutcome } from "../store/write.js";
import type { Reply } from "./connection.js";
import { entryOf } from "./entry-bytes.js";
import { keyOfBytes } from "./key-bytes.js";

/** Milliseconds as the scripts take them. */
export function microseconds(ms: number): string {
  return String(Math.round(ms * 1_000));
}

export function leftOf(reply: Reply): TtlOutcome | undefined {
  if (reply === null) return undefined;
  const text = String(reply);
  const left = Number.parseInt(text, 10);
  if (left < 0) return {};
  const leftMs = Math.floor(left / 1_000);
  return text.endsWith("S") ? { leftMs, isSliding: true } : { leftMs };
}

/** Undefined: there was no room. */
export function setOutcomeOf(reply: Reply): SetOutcome | undefined {
  const [status, version, reason] = reply as readonly [number, Buffer, Buffer];
  if (status < 0) return undefined;
  if (status === 1) return { stored: true, version: Number(version) };
  return { stored: false, reason: String(reason) as "present", version: Number(version) };
}

export function leaseOf(key: string, token: string, reply: Reply): Lease {
  const [state, bytes, left] = reply as readonly [Buffer, Buffer | null, Buffer | undefined];
  const entry = bytes === null ? undefined : entryOf(key, bytes);
  if (String(state) === "hit") return { state: "hit", ...(entry !== undefined && { entry }) };
  const stale = entry !== undefined && { stale: entry };
  if (String(state) === "granted") return { state: "granted", token, ...stale };
  return { state: "taken", leftMs: Math.ceil(Number(left) / 1_000), ...stale };
}

/** A message as the scripts publish it: `KIND SEQUENCE VERSION KEY`. */
export function changeOf(message: Buffer): Change {
  const ends: number[] = [];
  for (let at = 0; ends.length < 3; at = (ends.at(-1) as number) + 1) ends.push(message.indexOf(" ", at));
  const [afterKind, afterSequence, afterVersion] = ends as [number, number, number];
  return {
    sequence: Number(message.toString("latin1", afterKind + 1, afterSequence)),
    kind: message.toString("latin1", 0, afterKind) as ChangeKind,
    key: keyOfBytes(message.subarray(afterVersion + 1)),
    version: Number(message.toString("latin1", afterSequence + 1, afterVersion)),
  };
}

export function positionOf(reply: Reply): ChangePosition {
  const [epoch, sequence] = reply as readonly [Buffer, Buffer];
  return { epoch: String(epoch), sequence: Number(sequence) };
}

export function statsOf(reply: Reply, limits: { readonly capacity: number; readonly bytesLimit: number }): StoreStats {
  const [size, meta, hot, largest] = reply as readonly [number, Buffer[], Buffer[], Buffer[]];
  const counters = new Map(pairs(meta).map(([name, value]) => [String(name), Number(value)]));
  const counter = (name: string) => counters.get(name) ?? 0;
  return {
    size,
    ...limits,
    totalGets: counter("gets"),
    totalHits: counter("hits"),
    totalMisses: counter("gets") - counter("hits"),
    totalSets: counter("sets"),
    totalRemoves: counter("removes"),
    removals: {
      remove: counter("remove"),
      evict: counter("evict"),
      expire: counter("expire"),
      clear: counter("clear"),
      overwrite: counter("overwrite"),
    },
    refusals: counter("refusals"),
    bytesUsed: counter("bytes"),
    sequence: counter("sequence"),
    hotKeys: pairs(hot).map(([key, gets]) => ({ key: keyOfBytes(key), gets: Number(gets) })),
    largestKeys: pairs(largest).map(([key, bytes]) => ({ key: keyOfBytes(key), bytes: Number(bytes) })),
  };
}

function pairs(flat: readonly Buffer[]): readonly (readonly [Buffer, Buffer])[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as Buffer, flat[2 * i + 1] as Buffer]);
}
