import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type MemoryStore } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { systemClock } from "@weft/core";
import { defineService } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";

const stores: MemoryStore[] = [];
const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);

/** A cache with entries of its own, one of several. */
function cacheNode() {
  const store = createMemoryStore({ capacity: 1_000, clock: systemClock });
  stores.push(store);
  const functions = cacheFunctions(createNamespaces(store), { permission: "public", hasAll: () => false });
  return defineService({ name: "cache", version: "1.0.0", functions });
}

interface Batch {
  readonly results: readonly Record<string, unknown>[];
}

let mesh: RunningMesh;
let client: Client;
beforeAll(async () => {
  mesh = await runMesh([cacheNode(), cacheNode()]);
  client = createClient(mesh.address);
});
afterAll(async () => {
  client.close();
  await mesh.close();
});

test("a batch reaches the node of each key, so that it misses nothing that is there", async () => {
  const entries = keys.map((key, value) => ({ key, value }));

  const stored = (await client.call("cache.set_many", { entries })) as Batch;
  const found = (await client.call("cache.get_many", { keys })) as Batch;

  expect(stored.results).toHaveLength(keys.length);
  expect(found.results).toMatchObject(keys.map((key, value) => ({ key, value, found: true })));
  expect(stores.map((store) => store.stats().size).every((size) => size > 0 && size < keys.length)).toBe(true);
  for (const [value, key] of keys.entries())
    expect(await client.call("cache.get", { key })).toMatchObject({ found: true, value });

  const removed = (await client.call("cache.remove_many", { keys: [...keys, "nobody"] })) as Batch;
  expect(removed.results.filter((result) => result.removed === true)).toHaveLength(keys.length);
  expect(stores.map((store) => store.stats().size)).toEqual([0, 0]);
});

test("an item that is wrong has its own status there too", async () => {
  const { results } = (await client.call("cache.get_many", { keys: ["a", ""] })) as Batch;

  expect(results).toMatchObject([
    { found: false },
    { status: { code: 3, reason: "INVALID_ARGUMENT", message: "Invalid input: Key cannot be empty for get action" } },
  ]);
  await expect(client.call("cache.get_many", { keys: [] })).rejects.toMatchObject({
    message: "Invalid input: keys must be a list of 1 to 1000",
  });
});
