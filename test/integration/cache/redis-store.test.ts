import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect } from "@jest/globals";
import {
  createMemoryStore,
  createRedisConnection,
  createRedisStore,
  type Entry,
  type Lease,
  type RedisConnection,
  type SetOptions,
  type Store,
  type StoredValue,
  storeValue,
  type TtlOutcome,
} from "@weft/cache";
import { silentLogger, systemClock } from "@weft/core";
import { seededRandom } from "@weft/core/testkit";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { testIf } from "../../support/skip.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

let server: RedisServer | undefined;
let connection: RedisConnection | undefined;
beforeAll(async () => {
  if (redis.path === undefined) return;
  server = await startRedisServer(redis);
  connection = createRedisConnection({ url: server.url, logger: silentLogger, clock: systemClock });
  await connection.start();
});
afterAll(async () => {
  await connection?.close();
  await server?.close();
});

interface Limits {
  readonly capacity: number;
  readonly maxBytes?: number;
  readonly defaultTtlMs?: number;
  readonly evicts?: boolean;
}

/** A store in Redis, and one in memory that shall do the same. */
function storePair(namespace: string, { evicts = true, ...limits }: Limits): readonly [Store, Store] {
  const shared = connection as RedisConnection;
  const inMemory = createMemoryStore({ ...limits, namespace, eviction: evicts ? "lru" : "none", clock: systemClock });
  return [createRedisStore({ ...limits, namespace, evicts, connection: shared }), inMemory];
}

const bytes = ({ held }: StoredValue) => Buffer.from(held as string, "latin1").toString("latin1");
const plainValue = (value: StoredValue | undefined) => value && { ...value, held: bytes(value) };
const plainEntry = (entry: Entry | undefined) => entry && { ...entry, value: plainValue(entry.value) };
/** Both clocks go on between two questions: what is left is told in steps of a hundred seconds. */
const plainTtl = (ttl: TtlOutcome | undefined) => ttl && { left: ttl.leftMs && Math.round(ttl.leftMs / 100_000) };
function plainLease(lease: Lease): object {
  if (lease.state === "hit") return { state: "hit", entry: plainEntry(lease.entry) };
  return { state: lease.state, stale: plainEntry(lease.stale) };
}

/** What a store says, errors included. */
async function answerOf<T>(operation: () => T | Promise<T>, plain: (answer: T) => unknown): Promise<unknown> {
  try {
    return plain(await operation());
  } catch (error) {
    const { code, reason, message } = error as { code: unknown; reason: unknown; message: string };
    return { code, reason, message };
  }
}

type Draw = (below: number) => number;

const tags = ["red", "blue", "größe"];
const values = ["1", "-5", "9223372036854775807", '"text"', "x".repeat(300), ""];
const far = 1_000_000;

function setOptions(draw: Draw, hasStale: boolean): SetOptions | undefined {
  if (draw(3) === 0) return undefined;
  const ttls = [far, "default", "none", "keep", undefined] as const;
  const ttl = ttls[draw(ttls.length)];
  const conditions = ["absent", "present", { version: draw(40) }, undefined, undefined, undefined] as const;
  const condition = conditions[draw(conditions.length)];
  return {
    ...(ttl !== undefined && { ttl }),
    ...(condition !== undefined && { condition }),
    ...(draw(4) === 0 && { tags: tags.filter(() => draw(2) === 0) }),
    ...(draw(6) === 0 && { idleMs: far / 2 }),
    ...(hasStale && draw(3) === 0 && { staleMs: far }),
    ...(draw(12) === 0 && { known: "absent" as const }),
  };
}

/** One random operation, as what both stores are asked and how their answers compare. */
function draws(draw: Draw, keys: readonly string[], hasStale: boolean) {
  const key = keys[draw(keys.length)] as string;
  const value = storeValue(draw(4) === 0 ? "bytes" : "json", Buffer.from(values[draw(values.length)] as string), "");
  const kind = draw(100);
  const same = (answer: unknown) => answer;
  if (kind < 30) {
    const options = setOptions(draw, hasStale);
    const given = options?.known === "absent" ? storeValue("json", Buffer.alloc(0)) : value;
    return (store: Store) => answerOf(() => store.set(key, given, options), same);
  }
  if (kind < 40) return (store: Store) => answerOf(() => store.get(key), plainEntry);
  if (kind < 45) return (store: Store) => answerOf(() => store.value(key), plainValue);
  if (kind < 50) return (store: Store) => answerOf(() => store.has(key), same);
  if (kind < 56) {
    const version = draw(3) === 0 ? draw(40) : undefined;
    return (store: Store) => answerOf(() => store.remove(key, version), same);
  }
  if (kind < 66) {
    const by = BigInt(draw(2_000) - 1_000);
    const options = draw(2) === 0 ? {} : { initial: 7n, ttl: far };
    return (store: Store) => answerOf(() => store.increment(key, by, options), same);
  }
  if (kind < 70) return (store: Store) => answerOf(() => store.ttl(key), plainTtl);
  if (kind < 78) {
    const changes = [{ ttlMs: far }, { addMs: far }, { addMs: -2 * far }, "persist"] as const;
    const change = changes[draw(changes.length)] as (typeof changes)[number];
    return (store: Store) => answerOf(() => store.changeTtl(key, change), plainTtl);
  }
  if (kind < 86) {
    const suffix = draw(3) === 0 ? "1" : undefined;
    const after = draw(2) === 0 ? keys[draw(keys.length)] : undefined;
    const prefix = draw(2) === 0 ? "k" : undefined;
    const page = { descending: draw(2) === 0, offset: draw(3), limit: draw(2) === 0 ? draw(6) : undefined };
    const query = { ...page, suffix, after, prefix };
    return (store: Store) =>
      answerOf(
        () => store.list(query),
        ({ rows, ...counts }) => ({ ...counts, rows: rows.map(plainEntry) }),
      );
  }
  if (kind < 92) return (store: Store) => answerOf(() => store.lease(key, { leaseMs: far }), plainLease);
  if (kind < 96) {
    const what = draw(2) === 0 ? { tag: tags[draw(tags.length)] as string } : { prefix: key };
    return (store: Store) => answerOf(() => store.removeMatching(what), same);
  }
  if (kind < 98) return (store: Store) => answerOf(() => store.cleanup(), same);
  if (kind < 99) return (store: Store) => answerOf(() => store.release(key, "nobody's"), same);
  return (store: Store) => answerOf(() => store.clear(), same);
}

/** Of all that is counted; what is a sample, or counts changes that nobody saw, may differ. */
async function countsOf(store: Store): Promise<object> {
  const { hotKeys, largestKeys, sequence, ...counts } = await store.stats();
  return counts;
}

const cases: readonly (readonly [number, string, Limits, boolean])[] = [
  [1, "no limit in reach", { capacity: 1_000 }, true],
  [2, "few entries", { capacity: 4 }, false],
  [3, "few bytes", { capacity: 1_000, maxBytes: 2_200 }, false],
  [4, "few entries, none of which goes", { capacity: 5, evicts: false }, false],
  [5, "a default TTL", { capacity: 6, maxBytes: 4_000, defaultTtlMs: far }, false],
];

for (const [seed, title, limits, hasStale] of cases) {
  testRedis(`redis does what memory does: ${title} (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const draw: Draw = (below) => Math.floor(random() * below);
    const keys = ["k1", "k2", "k11", "kö", "k\ud83d\ude00", "k\ufffd", "a b", "__proto__", "}:{", "\ud800"];
    const [inRedis, inMemory] = storePair(`model-${seed}`, limits);

    for (let step = 0; step < 500; step++) {
      if (draw(40) === 0) {
        // Some expire, untouched by anybody, on both clocks.
        const options = { ttl: 1, ...(hasStale && draw(2) === 0 && { staleMs: far }) };
        const key = keys[draw(keys.length)] as string;
        const value = storeValue("json", Buffer.from("0"));
        for (const store of [inRedis, inMemory]) await answerOf(() => store.set(key, value, options), String);
        await delay(8);
      }
      const ask = draws(draw, keys, hasStale);
      const asked = ask.toString();
      expect({ step, asked, answer: await ask(inRedis) }).toEqual({ step, asked, answer: await ask(inMemory) });
      expect({ step, asked, counts: await countsOf(inRedis) }).toEqual({
        step,
        asked,
        counts: await countsOf(inMemory),
      });
    }
  });
}
