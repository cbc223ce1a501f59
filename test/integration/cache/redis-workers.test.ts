import { afterAll, beforeAll, expect } from "@jest/globals";
import { type CacheClient, createCacheClient } from "@weft/client";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { runToEnd, type ServiceProcess, startProcess } from "../../support/service-process.js";
import { testIf } from "../../support/skip.js";
import { until, within } from "../../support/within.js";
import { workersOf } from "../../support/worker-lines.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");
const workers = { WEFT_LISTEN: "127.0.0.1:0", WEFT_DISCOVERY: "embedded", WEFT_WORKERS: "2" };

let server: RedisServer;
let cache: ServiceProcess;
const clients: CacheClient[] = [];
beforeAll(async () => {
  if (redis.path === undefined) return;
  server = await startRedisServer(redis);
  cache = await startProcess("cache", { ...workers, WEFT_CACHE_STORE: "redis", WEFT_CACHE_REDIS_URL: server.url });
});
afterAll(async () => {
  if (redis.path === undefined) return;
  for (const client of clients) client.close();
  cache.kill("SIGTERM");
  await within(cache.exited, "the end of the cache").finally(() => cache.kill("SIGKILL"));
  await server.close();
});

/** Over a connection of its own, which the next worker gets. */
function connect(): CacheClient {
  const client = createCacheClient(cache.publicAddress);
  clients.push(client);
  return client;
}

testRedis("workers that share a Redis are one cache, whichever of them a connection gets", async () => {
  const all = Array.from({ length: 6 }, connect);

  await Promise.all(all.map((client, i) => client.set(`key-${i}`, i)));

  for (const client of all)
    expect(await Promise.all(all.map((_, i) => client.get(`key-${i}`)))).toEqual(all.map((_, i) => i));
});

testRedis("a worker that is lost takes nothing with it", async () => {
  const pids = new Set(workersOf(cache));
  expect(pids.size).toBe(2);
  await connect().set("kept", "still here");

  for (const pid of pids) {
    const before = workersOf(cache).length;
    process.kill(pid, "SIGKILL");
    await until(() => workersOf(cache).length > before, "a new worker");
    expect(await connect().get("kept")).toBe("still here");
  }
});

testRedis("workers with entries of their own in memory are refused", async () => {
  const { code, errors } = await runToEnd("cache", workers);

  expect(code).toBe(2);
  expect(errors).toContain("WEFT_WORKERS");
});
