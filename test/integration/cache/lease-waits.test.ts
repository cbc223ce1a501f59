import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  cacheSettings,
  createRedisConnection,
  createRedisStore,
  type Lease,
  type RedisConnection,
  type Store,
  startCache,
  storeValue,
} from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { silentLogger, systemClock } from "@weft/core";
import type { RunningService } from "@weft/service";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { testIf } from "../../support/skip.js";
import { until } from "../../support/within.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

let mesh: RunningMesh;
let node: RunningService;
let client: Client;
let server: RedisServer | undefined;
const connections: RedisConnection[] = [];
beforeAll(async () => {
  mesh = await runMesh([]);
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const settings = cacheSettings.parse({ discovery, listen: "127.0.0.1:0", drainDelayMs: 0 });
  node = await startCache(settings, silentLogger);
  client = createClient(mesh.address);
  const answers = () =>
    client.call("cache.stats").then(
      () => true,
      () => false,
    );
  await until(answers, "a gateway that knows the cache");
  if (redis.path !== undefined) server = await startRedisServer(redis);
});
afterAll(async () => {
  client.close();
  await node.close();
  await mesh.close();
  await Promise.all(connections.map((connection) => connection.close()));
  await server?.close();
});

interface Answer {
  readonly state: string;
  readonly token?: string;
  readonly value?: unknown;
  readonly wait_ms?: number;
}
const lease = (key: string, args: object = {}, signal?: AbortSignal) =>
  client.call("cache.lease", { key, ...args }, signal === undefined ? {} : { signal }) as Promise<Answer>;
const stats = async () => ((await client.call("cache.stats")) as { stats: Record<string, number> }).stats;
const counted = async (gets: number) => {
  await until(async () => ((await stats()).total_gets ?? 0) >= gets, `${gets} gets`);
};

test("100 callers of a gateway ask at once: one computes, all have the value, the store is written once", async () => {
  const before = await stats();
  const callers = Array.from({ length: 100 }, async () => {
    const answer = await lease("report", { wait_ms: 10_000 });
    if (answer.state !== "granted") return answer.value;
    await counted((before.total_gets as number) + 100); // everybody has asked
    await client.call("cache.set", { key: "report", value: "ready", lease_token: answer.token });
    return "ready";
  });

  expect(new Set(await Promise.all(callers))).toEqual(new Set(["ready"]));
  expect((await stats()).total_sets).toBe((before.total_sets as number) + 1);
});

test("a wait ends within the time of its caller", async () => {
  await lease("slow", { lease_ms: 60_000 });

  const answer = (await client.call("cache.lease", { key: "slow", wait_ms: 30_000 }, { timeoutMs: 2_000 })) as Answer;

  expect(answer).toMatchObject({ state: "taken", wait_ms: expect.any(Number) });
});

test("a caller that goes away waits no more: the next one's turn comes", async () => {
  const { token } = await lease("left", { lease_ms: 60_000 });
  const before = (await stats()).total_gets as number;
  const gone = new AbortController();
  const first = lease("left", { wait_ms: 20_000 }, gone.signal).catch((error) => error);
  await counted(before + 1);
  const second = lease("left", { wait_ms: 20_000 });
  await counted(before + 2);

  gone.abort();
  await first;
  await client.call("cache.release", { key: "left", token });

  expect(await second).toMatchObject({ state: "granted" });
});

test("a wait out of its range is refused", async () => {
  await expect(lease("k", { wait_ms: 30_001 })).rejects.toMatchObject({
    message: "Invalid input: wait_ms must be a whole number from 0 to 30000",
  });
});

/** A node of a cache that shares its entries by Redis. */
async function storeInRedis(): Promise<Store> {
  const connection = createRedisConnection({ url: server?.url ?? "", logger: silentLogger, clock: systemClock });
  connections.push(connection);
  await connection.start();
  return createRedisStore({ connection, namespace: "leases", capacity: 100 });
}

const waiting = (store: Store, key: string, waitMs = 20_000) =>
  Promise.resolve(store.lease(key, { leaseMs: 60_000, wait: { waitMs, signal: new AbortController().signal } }));

testRedis("by redis, 100 callers of two nodes wait for one write, whichever node it comes by", async () => {
  const [one, two] = [await storeInRedis(), await storeInRedis()];
  const { token } = (await one.lease("k", { leaseMs: 60_000 })) as { token: string };
  const answers = Array.from({ length: 100 }, (_, i) => waiting(i % 2 === 0 ? one : two, "k"));
  await until(async () => (await one.stats()).totalGets >= 101, "100 that wait");

  await two.set("k", storeValue("json", Buffer.from("1")), { leaseToken: token });

  for (const answer of await Promise.all(answers))
    expect(answer).toMatchObject({ state: "hit", entry: { version: 1 } });
  expect(await one.stats()).toMatchObject({ totalSets: 1 });
});

testRedis("by redis, a lease that ends at one node is granted to one who waits at another", async () => {
  const [one, two] = [await storeInRedis(), await storeInRedis()];
  const ends: readonly ((key: string, token: string) => unknown)[] = [
    (key, token) => one.release(key, token),
    (key) => one.remove(key),
    () => one.clear(),
  ];
  for (const [i, end] of ends.entries()) {
    const key = `ends-${i}`;
    const { token } = (await one.lease(key, { leaseMs: 60_000 })) as Lease & { token: string };
    const before = (await one.stats()).totalGets;
    const turns = [waiting(two, key), waiting(two, key, 400)];
    await until(async () => (await one.stats()).totalGets >= before + 2, "two that wait");
    await end(key, token);

    const states = (await Promise.all(turns)).map(({ state }) => state);
    expect(states.sort()).toEqual(["granted", "taken"]);
  }
});
