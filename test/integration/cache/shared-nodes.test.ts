import { afterAll, beforeAll, expect } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { silentLogger } from "@weft/core";
import type { RunningService } from "@weft/service";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { testIf } from "../../support/skip.js";
import { until } from "../../support/within.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

let server: RedisServer;
let mesh: RunningMesh;
let client: Client;
const nodes: RunningService[] = [];
beforeAll(async () => {
  if (redis.path === undefined) return;
  server = await startRedisServer(redis);
  mesh = await runMesh([]);
  client = createClient(mesh.address);
  const shared = { store: "redis", redis_url: server.url, discovery: `embedded:${mesh.gateway.meshAddress}` };
  for (let i = 0; i < 2; i++) {
    const settings = cacheSettings.parse({ ...shared, listen: "127.0.0.1:0", drainDelayMs: 0 });
    nodes.push(await startCache(settings, silentLogger));
  }
  const isListed = async () => {
    const all = { service: "cache", includeDisabled: true, pageSize: 0, pageToken: "" };
    const { functions } = await unary(mesh.client, "listFunctions", all);
    return functions.length > 0 && functions.every(({ nodes: count }) => count === 2);
  };
  await until(isListed, "a gateway that lists both nodes");
});
afterAll(async () => {
  if (redis.path === undefined) return;
  client.close();
  await Promise.all(nodes.map((node) => node.close()));
  await mesh.close();
  await server.close();
});

interface Stats {
  readonly stats: { readonly size: number };
  readonly nodes?: unknown;
}

const call = <Answer>(name: string, args: Record<string, unknown> = {}) =>
  client.call(`cache.${name}`, args) as Promise<Answer>;

testRedis("any node serves any key, and what is about all entries is told once", async () => {
  const keys = Array.from({ length: 60 }, (_, i) => `key-${String(i).padStart(2, "0")}`);

  for (const [value, key] of keys.entries()) await call("set", { key, value });
  for (const [value, key] of keys.entries()) expect(await call("get", { key })).toMatchObject({ found: true, value });

  for (let i = 0; i < 8; i++) {
    const { stats, nodes: each } = await call<Stats>("stats");
    expect(stats.size).toBe(60);
    expect(each).toBeUndefined();
    expect(await call("list", { limit: 2 })).toMatchObject({
      items: [{ key: "key-00" }, { key: "key-01" }],
      total_count: 60,
    });
  }
  expect(await call("clear")).toMatchObject({ previous_size: 60 });
});

testRedis("when a node leaves, no key is missed", async () => {
  await call("set", { key: "kept", value: 1 });

  await nodes.pop()?.close();

  for (let i = 0; i < 20; i++) expect(await call("get", { key: "kept" })).toMatchObject({ found: true, value: 1 });
});
