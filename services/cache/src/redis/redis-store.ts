import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "@weft/core";
import { extrasBytes } from "../engine/extras.js";
import type { Entry } from "../store/entry.js";
import { entrySize } from "../store/entry-size.js";
import type { Lease } from "../store/lease.js";
import { entryTooLarge, keyTooLong, noRoom, notAnInteger, sumOutOfRange } from "../store/refusals.js";
import type { Store } from "../store/store.js";
import { storeValue } from "../store/stored-value.js";
import type { Ttl } from "../store/write.js";
import type { Argument, RedisConnection, Reply } from "./connection.js";
import { bodyOf, entryOf, flag } from "./entry-bytes.js";
import { bytesOfKey } from "./key-bytes.js";
import { layoutOf } from "./layout.js";
import { waitsInRedis } from "./lease-ends.js";
import { pageOf } from "./page.js";
import { behind, indexRangeOf } from "./range.js";
import { leaseOf, leftOf, microseconds, positionOf, setOutcomeOf, statsOf } from "./replies.js";
import type { Script } from "./script.js";
import { positionScript } from "./scripts/position.js";
import { getScript, hasScript, leaseScript, releaseScript, statsScript } from "./scripts/read.js";
import { clearScript, reclaimScript, removeRangeScript, removeScript } from "./scripts/remove.js";
import { changeTtlScript, ttlScript } from "./scripts/ttl.js";
import { incrementScript, setScript } from "./scripts/write.js";
import { watchRedis } from "./watch-redis.js";

export interface RedisStoreOptions {
  readonly connection: RedisConnection;
  /** All stores of one namespace in one Redis are one. */
  readonly namespace: string;
  /** Most entries to hold. */
  readonly capacity: number;
  /** Most bytes of all entries, as they are accounted. Absent: no limit. */
  readonly maxBytes?: number;
  /** Most bytes of one entry. Absent: `maxBytes`. */
  readonly maxEntryBytes?: number;
  readonly maxKeyBytes?: number;
  /** Whether the least recent entry goes when there is no room; else the write is refused. Defaults to true. */
  readonly evicts?: boolean;
  /** How long an entry lives whose writer does not say. Absent: for ever. */
  readonly defaultTtlMs?: number;
  /** For callers that wait; what expires is Redis's own time. Defaults to the clock of the system. */
  readonly clock?: Clock;
}

/** Runs a script on the keys of one namespace. */
export type RunScript = (script: Script, ...args: readonly Argument[]) => Promise<Reply>;

// Some half a millisecond of Redis's time; others get their turn in between.
const slice = 200;
const emptyValue = storeValue("json", Buffer.alloc(0));

/** A namespace kept in Redis, which all nodes of a cache share. Each operation is a script, and so atomic. */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { connection, namespace, capacity, defaultTtlMs, evicts = true, clock = systemClock } = options;
  const { maxBytes = 0, maxEntryBytes = maxBytes || Number.POSITIVE_INFINITY } = options;
  const { maxKeyBytes = Number.POSITIVE_INFINITY } = options;
  const { keys, channel, leaseChannel } = layoutOf(namespace);
  const limits = [String(capacity), String(maxBytes), evicts ? "1" : "0"];
  const defaultTtl = defaultTtlMs === undefined ? "none" : microseconds(defaultTtlMs);

  const waits = waitsInRedis({ connection, channel: leaseChannel, clock });
  const run: RunScript = (script, ...args) => connection.run(script, keys, args);
  const ttlOf = (ttl: Ttl | undefined) =>
    typeof ttl === "number" ? microseconds(ttl) : ttl === "none" ? "none" : defaultTtl;

  function checkSize(key: string, size: number): void {
    const limit = Math.min(maxEntryBytes, maxBytes || Number.POSITIVE_INFINITY);
    if (size > limit) throw entryTooLarge(size, limit);
    const keyBytes = Buffer.byteLength(key);
    if (keyBytes > maxKeyBytes) throw keyTooLong(keyBytes, maxKeyBytes);
  }

  function roomlessError(limit: Reply | undefined): Error {
    return noRoom(namespace, String(limit) === "bytes" ? "bytes" : "entries");
  }

  const position = async () => positionOf(await run(positionScript, randomUUID()));

  async function cleanup(): Promise<number> {
    for (let total = 0; ; ) {
      const [expired, kept] = (await run(reclaimScript, String(slice))) as readonly [number, number];
      total += expired + kept;
      if (expired < slice && kept < slice) return total;
    }
  }

  async function lease(key: string, leaseMs: number): Promise<Lease> {
    const token = randomUUID();
    return leaseOf(key, token, await run(leaseScript, bytesOfKey(key), token, microseconds(leaseMs)));
  }

  async function release(key: string, token: string): Promise<boolean> {
    return (await run(releaseScript, bytesOfKey(key), token)) === 1;
  }

  async function get(key: string): Promise<Entry | undefined> {
    const reply = await run(getScript, bytesOfKey(key));
    return reply === null ? undefined : entryOf(key, reply as Buffer);
  }

  return {
    async set(key, given, options = {}) {
      const { ttl, idleMs, condition = "", tags = [], leaseToken = "", staleMs = 0, known } = options;
      const value = known === "absent" ? emptyValue : given;
      const tagBytes = tags.map((tag) => Buffer.from(bytesOfKey(tag)));
      const hasExtras = idleMs !== undefined || options.tags || options.staleMs !== undefined || known !== undefined;
      const size = entrySize(key, value) + (hasExtras ? extrasBytes({ tags }) : 0);
      checkSize(key, size);
      const flags =
        (hasExtras ? flag.hasExtras : 0) |
        (value.kind === "bytes" ? flag.bytes : 0) |
        (known === "absent" ? flag.knownAbsent : 0) |
        (idleMs !== undefined ? flag.hasIdle : 0) |
        (tags.length > 0 ? flag.hasTags : 0) |
        (staleMs > 0 ? flag.hasStale : 0);
      const how = [
        String(flags),
        microseconds(idleMs ?? 0),
        microseconds(staleMs),
        bodyOf(value, tagBytes),
        String(size),
      ];
      const expected = typeof condition === "object" ? String(condition.version) : condition;
      const which = [ttlOf(ttl), ttl === "keep" ? "1" : "0", expected, leaseToken];
      const reply = await run(setScript, bytesOfKey(key), ...how, ...which, ...limits, ...tagBytes);
      const outcome = setOutcomeOf(reply);
      if (outcome === undefined) throw roomlessError((reply as readonly Reply[])[1]);
      return outcome;
    },

    get,

    value: async (key) => (await get(key))?.value,

    async has(key) {
      return (await run(hasScript, bytesOfKey(key))) === 1;
    },

    async remove(key, ifVersion) {
      return (await run(removeScript, bytesOfKey(key), ifVersion === undefined ? "" : String(ifVersion))) === 1;
    },

    clear: async () => (await run(clearScript)) as number,

    cleanup,

    list: (query) => pageOf(run, query),

    stats: async () => statsOf(await run(statsScript), { capacity, bytesLimit: maxBytes }),

    async increment(key, by, { initial = 0n, ttl } = {}) {
      const emptySize = entrySize(key, emptyValue);
      checkSize(key, emptySize + String(initial + by).length);
      const sum = [String(by), String(initial), ttlOf(ttl), String(emptySize)];
      const [status, version, value] = (await run(incrementScript, bytesOfKey(key), ...sum, ...limits)) as Reply[];
      if (status === -1) throw roomlessError(version);
      if (status === -2) throw notAnInteger(key);
      if (status === -3) throw sumOutOfRange(key);
      return { value: BigInt(String(value)), version: Number(version) };
    },

    ttl: async (key) => leftOf(await run(ttlScript, bytesOfKey(key))),

    async changeTtl(key, change) {
      const [kind, ms] =
        change === "persist" ? ["persist", 0] : "ttlMs" in change ? ["set", change.ttlMs] : ["add", change.addMs];
      return leftOf(await run(changeTtlScript, bytesOfKey(key), kind, microseconds(ms)));
    },

    async removeMatching(what) {
      if ("prefix" in what) await cleanup(); // what has expired is not removed
      const { index, skip, ...whole } = indexRangeOf(what);
      let newest = "";
      let total = 0;
      for (let range = whole; ; ) {
        const where = [String(index), range.from, range.to, String(skip), newest, String(slice)];
        const reply = await run(removeRangeScript, ...where);
        const [version, removed, last] = reply as readonly [Buffer, number, Buffer | null];
        total += removed;
        if (last === null) return total;
        newest = String(version);
        range = behind(whole, last);
      }
    },

    lease(key, { leaseMs, wait }) {
      const ask = () => lease(key, leaseMs);
      return wait === undefined ? ask() : waits.lease(key, wait, { ask, release: (token) => release(key, token) });
    },

    release,

    watch: (listener) => watchRedis({ connection, channel, position }, listener),
  };
}
