import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { type CacheClient, type CacheClientOptions, createCacheClient, createClient } from "@weft/client";
import { Code, silentLogger } from "@weft/core";
import type { RunningService } from "@weft/service";
import { readUsers } from "../../readme/read-users.js";
import { type CuttableProxy, cuttableProxy } from "../../support/cuttable-proxy.js";
import { repositoryRoot } from "../../support/repository.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startOneCache(): Promise<{ mesh: RunningMesh; cache: RunningService }> {
  const mesh = await runMesh([]);
  cleanups.push(mesh.close);
  return { mesh, cache: await joinCache(mesh) };
}

async function joinCache(mesh: RunningMesh): Promise<RunningService> {
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const settings = cacheSettings.parse({ discovery, listen: "127.0.0.1:0", drainDelayMs: 0 });
  const cache = await startCache(settings, silentLogger);
  cleanups.push(() => cache.close());
  return cache;
}

function cancelled() {
  const abort = new AbortController();
  return { signal: abort.signal, cancel: () => abort.abort() };
}

/** How often the actions of the cache were called so far. */
async function callsOf({ address }: RunningMesh): Promise<Record<"get" | "get_many", number>> {
  const client = createClient(address);
  const answer = (await client.call("cache.stats", { details: true })) as {
    stats: { actions: Record<string, number> };
  };
  client.close();
  return { get: answer.stats.actions.get ?? 0, get_many: answer.stats.actions.get_many ?? 0 };
}

function clientOf(address: string, options: CacheClientOptions = {}): CacheClient {
  const client = createCacheClient(address, options);
  cleanups.push(client.close);
  return client;
}

/** Reads a key until its copy is what answers, which takes a live watch. */
async function untilNear(client: CacheClient, key: string): Promise<void> {
  const before = client.near.hits;
  const isNear = async () => {
    await client.get(key);
    return client.near.hits > before;
  };
  await until(isNear, `a copy of ${key}`);
}

describe("a client of the cache", () => {
  test("reads what it writes, whatever it is", async () => {
    const { cache } = await startOneCache();
    const client = clientOf(String(cache.publicAddress));

    const first = await client.set("a", { n: 2n ** 60n });
    expect(first).toEqual({ stored: true, version: expect.any(Number) });
    await client.set("b", Buffer.from([0, 255]), { ttlMs: 60_000, tags: ["t"] });
    await client.set("n", null, { ttlMs: Number.POSITIVE_INFINITY });

    expect(await client.getMany(["a", "b", "n", "none"])).toEqual([
      { n: 2n ** 60n },
      Buffer.from([0, 255]),
      null,
      undefined,
    ]);
    expect(await client.getEntry("a")).toEqual({ value: { n: 2n ** 60n }, version: first.version });
    expect(await client.getEntry("none")).toBeUndefined();
    expect(await client.set("a", 1, { condition: "absent" })).toEqual({ stored: false, version: first.version });
    await expect(client.set("a", 1, { condition: { version: 999 } })).rejects.toMatchObject({ code: Code.Aborted });
    expect(await client.set("a", 1, { condition: { version: first.version } })).toMatchObject({ stored: true });
    expect(await client.set("zz", 1, { condition: "present" })).toEqual({ stored: false, version: 0 });
    expect([await client.remove("a"), await client.remove("a")]).toEqual([true, false]);
    expect(await client.removeMatching({ tag: "t" })).toBe(1);
    expect(await client.clear()).toBe(1);
    await expect(client.set("", 1)).rejects.toMatchObject({ code: Code.InvalidArgument });
    expect(client.near.hits).toBe(0);
  });

  test("what no copy answers yet travels together too, and is kept as long as it lives", async () => {
    const { mesh, cache } = await startOneCache();
    const client = clientOf(String(cache.publicAddress), { near: {} });
    const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
    for (const key of keys) await client.set(key, key, { ttlMs: 60_000 });
    await untilNear(client, "another"); // now its watch stands
    const before = await callsOf(mesh);

    const read = () => Promise.all(keys.map((key) => client.get(key)));
    expect(await read()).toEqual(keys);
    expect(await read()).toEqual(keys);

    const after = await callsOf(mesh);
    expect([after.get - before.get, after.get_many - before.get_many]).toEqual([0, 2]);
  });

  test("gets of one turn travel together, and each ends with its own answer", async () => {
    const { mesh, cache } = await startOneCache();
    const client = clientOf(String(cache.publicAddress));
    const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`);
    for (const key of keys) await client.set(key, key);
    const { signal, cancel } = cancelled();
    const before = await callsOf(mesh);

    const gets = ["", "nobody", ...keys].map((key) => client.get(key));
    const gone = client.get("key-1", { signal });
    cancel();
    const [empty, nobody, ...found] = await Promise.allSettled(gets);

    expect(empty).toMatchObject({ reason: { code: Code.InvalidArgument } });
    expect(nobody).toMatchObject({ value: undefined });
    expect(found).toEqual(keys.map((value) => ({ status: "fulfilled", value })));
    await expect(gone).rejects.toMatchObject({ code: Code.Cancelled });
    const after = await callsOf(mesh);
    expect([after.get - before.get, after.get_many - before.get_many]).toEqual([0, 2]);
  });

  test("values that are too large together come apart", async () => {
    const { cache } = await startOneCache();
    const client = clientOf(String(cache.publicAddress));
    const keys = ["a", "b", "c", "d", "e", "f"];
    const large = "x".repeat(900_000);
    for (const key of keys) await client.set(key, key + large);

    const values = await Promise.all(keys.map((key) => client.get(key) as Promise<string>));

    expect(values.map((value) => [value.length, value[0]])).toEqual(keys.map((key) => [large.length + 1, key]));
  });

  test("takes no calls after close", async () => {
    const client = createCacheClient("127.0.0.1:1");
    client.close();
    await expect(client.get("a")).rejects.toMatchObject({ message: "cache client is closed" });
    await expect(client.set("a", 1)).rejects.toMatchObject({ code: Code.FailedPrecondition });
  });
});

test("the sample of the README is this code, and reads one user a hundred times", async () => {
  const { cache } = await startOneCache();

  expect(readFileSync(join(repositoryRoot, "libs/client/README.md"), "utf8")).toContain(
    `\`\`\`ts\n${readFileSync(join(repositoryRoot, "test/readme/read-users.ts"), "utf8")}\`\`\``,
  );
  expect(await readUsers(String(cache.publicAddress))).toEqual(Array(100).fill({ name: "Ann" }));
});

describe("a near cache", () => {
  test("answers without a call until somebody else writes the entry", async () => {
    const { cache } = await startOneCache();
    const near = clientOf(String(cache.publicAddress), { near: { prefixes: ["user:"] } });
    const other = clientOf(String(cache.publicAddress));
    await other.set("user:1", { name: "ann" });
    await untilNear(near, "user:1");
    const { misses } = near.near;

    for (let i = 0; i < 100; i++) expect(await near.get("user:1")).toEqual({ name: "ann" });
    expect(near.near.misses).toBe(misses);
    const mine = (await near.get("user:1")) as { name: string };
    mine.name = "changed"; // his own, and nobody else's
    expect(await near.get("user:1")).toEqual({ name: "ann" });

    const { invalidations } = near.near;
    await other.set("user:1", { name: "bob" });
    await until(() => near.near.invalidations > invalidations, "word of the change");
    expect(await near.get("user:1")).toEqual({ name: "bob" });

    await other.set("far", 1);
    expect([await near.get("far"), await near.get("far")]).toEqual([1, 1]);
    expect(await near.getMany(["user:1", "far", "none"])).toEqual([{ name: "bob" }, 1, undefined]);
  });

  test("reads its own writes at once, and keeps that there is nothing", async () => {
    const { cache } = await startOneCache();
    const near = clientOf(String(cache.publicAddress), { near: {} });
    await untilNear(near, "a");

    for (let i = 0; i < 50; i++) {
      await near.set("a", i);
      expect(await near.get("a")).toBe(i);
    }
    await near.remove("a");
    expect(await near.get("a")).toBeUndefined();
    await near.set("a", 1);
    await untilNear(near, "a");
    await near.clear();
    expect(await near.get("a")).toBeUndefined();
  });

  test("keeps nothing whose gets make it live longer, and nothing beyond its time", async () => {
    const { mesh, cache } = await startOneCache();
    const near = clientOf(String(cache.publicAddress), { near: {} });
    const gateway = createClient(mesh.address);
    cleanups.push(gateway.close);
    await near.set("sliding", 1, { idleMs: 60_000 });
    await near.set("brief", 1, { ttlMs: 60_000 });
    await untilNear(near, "brief");

    const { entries, hits } = near.near;
    await near.get("sliding");
    await near.get("sliding");
    expect(near.near).toMatchObject({ entries, hits });

    const { invalidations } = near.near;
    const shorten = () =>
      gateway.call("cache.update_ttl", { key: "brief", ttl_ms: 1 }).then(
        () => true,
        () => false,
      );
    await until(shorten, "the cache behind the gateway");
    await until(() => near.near.invalidations > invalidations, "word of the change");
    await until(async () => (await near.get("brief")) === undefined, "its end");
  });

  test("asks the cache while the watch is cut, and goes on from its copies", async () => {
    const { cache } = await startOneCache();
    const proxy: CuttableProxy = await cuttableProxy(String(cache.publicAddress));
    cleanups.push(proxy.close);
    const near = clientOf(proxy.address, { near: {} });
    const other = clientOf(String(cache.publicAddress));
    await other.set("a", 1);
    await other.set("b", 1);
    await untilNear(near, "a");
    await untilNear(near, "b");

    proxy.cut(0);
    await other.set("b", 2);

    await until(async () => (await near.get("b").catch(() => 0)) === 2, "the cache to answer");
    const { flushes } = near.near;
    await untilNear(near, "a");
    expect(await near.get("b")).toBe(2);
    expect(flushes).toBe(0);
  });

  test("starts over with a cache that has started anew", async () => {
    const { mesh, cache } = await startOneCache();
    const proxy: CuttableProxy = await cuttableProxy(String(cache.publicAddress));
    cleanups.push(proxy.close);
    const near = clientOf(proxy.address, { near: {} });
    await near.set("a", 1);
    await untilNear(near, "a");

    const next = await joinCache(mesh);
    proxy.target = String(next.publicAddress);
    proxy.cut(0);

    await until(async () => (await near.get("a").catch(() => 0)) === undefined, "the empty cache");
    await until(() => near.near.flushes === 1, "word of the gap");
    await untilNear(near, "a");
    expect(await near.get("a")).toBeUndefined();
  });
});
