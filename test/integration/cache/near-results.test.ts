import { afterEach, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { silentLogger } from "@weft/core";
import { gatewaySettings, startGateway } from "@weft/gateway";
import { defineService, fn, type RunningService } from "@weft/service";
import { adminCall } from "../../support/admin-call.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

let executed = 0;
const prices = defineService({
  name: "prices",
  version: "1.0.0",
  functions: {
    of: fn({
      args: { id: { type: "num" } },
      permission: "public",
      resultCache: { ttlMs: 60_000 },
      handler: ({ id }) => ({ id, execution: ++executed }),
    }),
  },
});

interface Setup {
  readonly mesh: RunningMesh;
  /** Two gateways of one mesh. */
  readonly a: Client;
  readonly b: Client;
  joinCache(): Promise<RunningService>;
  /** How often the caches were asked for an entry of the mesh. */
  gets(): Promise<number>;
}

async function setUp(cacheCount: number): Promise<Setup> {
  const mesh = await runMesh([prices]);
  cleanups.push(mesh.close);
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const settings = { discovery, listen: "127.0.0.1:0", drainDelayMs: 0 };
  const other = await startGateway(gatewaySettings.parse(settings), silentLogger);
  cleanups.push(() => other.close());
  const [a, b] = [mesh.address, String(other.publicAddress)].map((address) => {
    const client = createClient(address);
    cleanups.push(client.close);
    return client;
  }) as [Client, Client];
  let caches = 0;

  const gets = async () => {
    const { namespaces } = (await a.call("cache.stats", { all_namespaces: true })) as {
      namespaces: readonly { namespace: string; stats: { total_gets: number } }[];
    };
    return namespaces.find(({ namespace }) => namespace === "mesh-results")?.stats.total_gets ?? 0;
  };
  async function joinCache(): Promise<RunningService> {
    const cache = await startCache(cacheSettings.parse(settings), silentLogger);
    cleanups.push(() => cache.close());
    caches++;
    const areKnown = async () => {
      const all = await Promise.all([a, b].flatMap((client) => Array(4).fill(client)).map((client) => nodesOf(client)));
      return all.every((count) => count === caches);
    };
    await until(areKnown, `${caches} caches that all know`);
    return cache;
  }
  for (let i = 0; i < cacheCount; i++) await joinCache();
  await until(
    () =>
      b
        .call("prices.of", { id: 0 })
        .then(() => true)
        .catch(() => false),
    "prices behind both",
  );
  return { mesh, a, b, joinCache, gets };
}

/** How many nodes of the cache know each other, asked at one gateway. */
async function nodesOf(client: Client): Promise<number> {
  const answer = client.call("cache.stats", { details: true }).catch(() => ({ nodes: [] }));
  const { nodes = [{}] } = (await answer) as { nodes?: unknown[] };
  return nodes.length;
}

const execution = async (client: Client, id: number) =>
  ((await client.call("prices.of", { id })) as { execution: number }).execution;

/** Through the first of the gateways. */
const invalidate = ({ admin }: RunningMesh) =>
  adminCall(admin, "invalidateResults", { service: "prices", function: "of", keyArguments: Buffer.alloc(0) });

/** Calls until the results of these come without a question to the cache. */
async function untilNear(client: Client, ids: readonly number[], { gets }: Setup): Promise<void> {
  const areNear = async () => {
    const before = await gets();
    for (const id of ids) await client.call("prices.of", { id });
    return (await gets()) === before;
  };
  await until(areNear, "copies of the results");
}

test.each([1, 3])("what one gateway invalidates, another executes anew: %i nodes of the cache", async (cacheCount) => {
  const setup = await setUp(cacheCount);
  const { mesh, a, b } = setup;
  const ids = Array.from({ length: 12 }, (_, i) => i);
  const before = await Promise.all(ids.map((id) => execution(a, id)));
  await untilNear(b, ids, setup);
  await untilNear(a, ids, setup);
  expect(await Promise.all(ids.map((id) => execution(b, id)))).toEqual(before);

  expect(await invalidate(mesh)).toEqual({
    removed: 12,
  });

  const last = Math.max(...before);
  expect(await execution(a, 0)).toBeGreaterThan(last); // at the gateway that was asked: at once
  for (const id of ids)
    await until(async () => (await execution(b, id)) > last, `a new execution for ${id} at the other gateway`);
  const after = await Promise.all(ids.map((id) => execution(b, id)));
  expect(await Promise.all(ids.map((id) => execution(a, id)))).toEqual(after);
});

test("copies follow the nodes of the cache as they come and go", async () => {
  const setup = await setUp(1);
  const { mesh, a, joinCache } = setup;
  const ids = Array.from({ length: 12 }, (_, i) => i);
  await untilNear(a, ids, setup);

  const second = await joinCache();
  await untilNear(a, ids, setup);
  await second.close();
  await until(async () => (await nodesOf(a)) === 1, "one cache");
  await untilNear(a, ids, setup);

  const last = Math.max(...(await Promise.all(ids.map((id) => execution(a, id)))));
  await invalidate(mesh);
  expect(await execution(a, 1)).toBeGreaterThan(last);
});
