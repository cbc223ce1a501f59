import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { Code, silentLogger } from "@weft/core";
import { defineService, fn, type RunningService } from "@weft/service";
import { findRedis } from "../../support/redis/find-redis.js";
import { startRedisServer } from "../../support/redis/redis-server.js";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { testIf } from "../../support/skip.js";
import { until } from "../../support/within.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A function whose results are kept, behind a gateway that has no copies of its own. */
async function startPrices(): Promise<{ mesh: RunningMesh; client: Client }> {
  let executed = 0;
  const of = fn({ permission: "public", resultCache: { ttlMs: 600_000 }, handler: () => ++executed });
  const mesh = await runMesh([defineService({ name: "prices", version: "1.0.0", functions: { of } })], {
    nearCacheEntries: 0,
  });
  cleanups.push(mesh.close);
  const client = createClient(mesh.address);
  cleanups.push(client.close);
  return { mesh, client };
}

/** Starts a cache; the gateway calls it when this resolves. */
async function start(
  settings: object,
  { mesh, client }: { mesh: RunningMesh; client: Client },
): Promise<RunningService> {
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const given = { listen: "127.0.0.1:0", drainDelayMs: 0, discovery, ...settings };
  const cache = await startCache(cacheSettings.parse(given), silentLogger);
  cleanups.push(() => cache.close());
  await until(() => nodesOf(client).then((count) => count === 1), "a gateway that knows the cache");
  return cache;
}

/** How many nodes of the cache a gateway would call. */
const nodesOf = (client: Client) =>
  client.explain("cache.get", { key: "k" }).then(
    ({ nodes }) => nodes.length,
    () => 0,
  );

const sizesOf = async (client: Client) => {
  const { namespaces } = (await client.call("cache.stats", { all_namespaces: true })) as {
    namespaces: readonly { namespace: string; stats: { size: number } }[];
  };
  return Object.fromEntries(namespaces.map(({ namespace, stats }) => [namespace, stats.size]));
};

async function keptResult(client: Client): Promise<unknown> {
  const result = await client.call("prices.of");
  await until(async () => (await sizesOf(client))["mesh-results"] === 1, "a kept result");
  return result;
}

test("what the mesh keeps comes back from a snapshot", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weft-mesh-namespace-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const settings = { snapshot_file: join(folder, "cache.snapshot") };
  const prices = await startPrices();
  const first = await start(settings, prices);
  const result = await keptResult(prices.client);

  await first.close();
  await until(async () => (await nodesOf(prices.client)) === 0, "a gateway without a cache");
  await start(settings, prices);

  expect(await sizesOf(prices.client)).toEqual({ "": 0, "mesh-results": 1, "mesh-counters": 0, "mesh-outcomes": 0 });
  expect(await prices.client.call("prices.of")).toBe(result);
});

testRedis("in Redis the mesh has a namespace too, which a clear of clients leaves", async () => {
  if (redis.path === undefined) return;
  const server = await startRedisServer(redis);
  cleanups.push(() => server.close());
  const prices = await startPrices();
  await start({ store: "redis", redis_url: server.url }, prices);
  const { client } = prices;
  const result = await keptResult(client);

  await client.call("cache.set", { key: "a", value: 1 });
  await client.call("cache.clear");

  expect(await sizesOf(client)).toEqual({ "": 0, "mesh-results": 1, "mesh-counters": 0, "mesh-outcomes": 0 });
  expect(await client.call("prices.of")).toBe(result);
  expect(await failure(client.call("cache.clear", { namespace: "mesh-results" }))).toMatchObject({
    code: Code.PermissionDenied,
  });
});
