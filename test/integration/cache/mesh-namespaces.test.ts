import { credentials } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { cacheFunctions, cacheSettings, createMemoryStore, createNamespaces, startCache } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { channelOptions, encodeJson, errorFromGrpc } from "@weft/contracts";
import { CacheServiceClient, ExecuteRequest, GetRequest } from "@weft/contracts/cache";
import { Code, Reason, silentLogger } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { meshIdentity } from "@weft/mesh";
import { defineService, fn, type RunningService } from "@weft/service";
import { createTestMesh, type TestMesh } from "@weft/service/testkit";
import { adminCall } from "../../support/admin-call.js";
import { type Issuer, startIssuer } from "../../support/issuer.js";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";
import { byFunction, byRpc, endWatches } from "./watch-doors.js";

const denied = { code: Code.PermissionDenied, reason: Reason.PermissionDenied, message: "Permission denied" };
const inMesh = { namespace: "mesh-results" };

interface Stats {
  readonly size: number;
  readonly total_gets: number;
  readonly total_sets: number;
}

describe("a cache behind a gateway", () => {
  let executed = 0;
  const prices = defineService({
    name: "prices",
    version: "1.0.0",
    functions: {
      of: fn({
        args: { id: { type: "string" } },
        permission: "public",
        resultCache: { ttlMs: 60_000 },
        handler: () => ++executed,
      }),
      // One that reads the cache for whoever calls it.
      read: fn({ permission: "public", handler: (_args, { cache }) => cache.get("result:x", inMesh) }),
      forMesh: fn({ permission: { role: ["weft.mesh"] }, handler: () => "done" }),
    },
  });
  const rateLimits = {
    global: [],
    functions: { "prices.of": [{ key: "id", max: 100, windowMs: 60_000 }] },
    shared: true,
  };

  let issuer: Issuer;
  let mesh: RunningMesh;
  let cache: RunningService;
  let client: Client;
  beforeAll(async () => {
    issuer = await startIssuer();
    const identity = { ...issuer.settings, trustedProxies: ["127.0.0.0/8", "::1"] };
    mesh = await runMesh([prices], { ...identity, rateLimits, nearCacheEntries: 0 });
    const settings = { discovery: `embedded:${mesh.gateway.meshAddress}`, listen: "127.0.0.1:0", drainDelayMs: 0 };
    cache = await startCache(cacheSettings.parse({ ...settings, capacity: 20 }), silentLogger);
    client = createClient(mesh.address);
    await until(() => client.call("cache.stats").then(Boolean, () => false), "a gateway that knows the cache");
  });
  afterEach(endWatches);
  afterAll(async () => {
    client.close();
    await cache.close();
    await mesh.close();
    await issuer.close();
  });

  const statsOf = async (wanted: string): Promise<Stats | undefined> => {
    const { namespaces } = (await client.call("cache.stats", { all_namespaces: true })) as {
      namespaces: readonly { namespace: string; stats: Stats }[];
    };
    return namespaces.find(({ namespace }) => namespace === wanted)?.stats;
  };

  const sizeOfMesh = async () =>
    ((await statsOf("mesh-results"))?.size ?? 0) + ((await statsOf("mesh-counters"))?.size ?? 0);

  /** A call with an id of its own, and what it answered: it comes back when its counter and its result lie in the cache. */
  async function keep(id: string): Promise<unknown> {
    const before = await sizeOfMesh();
    const result = await client.call("prices.of", { id });
    await until(async () => (await sizeOfMesh()) === before + 2, "a counter and a result");
    return result;
  }

  test("keeps results and counters where everybody sees how many there are, and nobody else what", async () => {
    const result = await keep("a");

    expect(await client.call("prices.of", { id: "a" })).toBe(result);
    expect(await statsOf("mesh-results")).toMatchObject({ capacity: 100_000, size: 1 });
    expect(await statsOf("mesh-counters")).toMatchObject({ capacity: 100_000, size: 1 });
    expect(await statsOf("")).toMatchObject({ size: 0, total_gets: 0, total_sets: 0 });
    expect(await client.call("cache.list")).toMatchObject({ items: [] });
    expect(await failure(client.call("prices.read"))).toMatchObject(denied);
  });

  test("loses none of them to entries of clients, nor to a clear of theirs", async () => {
    const result = await keep("b");

    const entries = Array.from({ length: 500 }, (_, i) => ({ key: `flood-${i}`, value: "x".repeat(100) }));
    await client.call("cache.set_many", { entries });
    expect(await statsOf("")).toMatchObject({ size: 20 });
    await client.call("cache.clear");
    await client.call("cache.remove_matching", { prefix: "result:" });

    expect(await client.call("prices.of", { id: "b" })).toBe(result);
  });

  const named: readonly (readonly [name: string, args: object])[] = [
    ["get", { key: "result:x" }],
    ["set", { key: "result:x", value: { json: "1", fresh_until: 1e15, node: "n" } }],
    ["remove", { key: "result:x" }],
    ["list", {}],
    ["clear", {}],
    ["clear", { this_node: true }],
    ["cleanup", {}],
    ["stats", {}],
    ["increment", { key: "rate:x" }],
    ["get_many", { keys: ["result:x"] }],
    ["get_many", { keys: ["result:x"], brief: true }],
    ["remove_many", { keys: ["result:x"] }],
    ["set_many", { entries: [{ key: "result:x", value: 1 }] }],
    ["remove_matching", { prefix: "result:" }],
    ["get_ttl", { key: "result:x" }],
    ["update_ttl", { key: "result:x", persist: true }],
    ["lease", { key: "result:x" }],
    ["release", { key: "result:x", token: "t" }],
  ];

  test.each(named)("refuses a client's %s %j", async (name, args) => {
    const before = await statsOf("mesh-results");

    expect(await failure(client.call(`cache.${name}`, { ...args, ...inMesh }))).toMatchObject(denied);
    expect(await failure(execute({ action: name, ...args, ...inMesh }))).toMatchObject(denied);

    expect(await statsOf("mesh-results")).toEqual(before);
  });

  function execute(input: object): Promise<unknown> {
    const port = new CacheServiceClient(cache.publicAddress ?? "", credentials.createInsecure(), channelOptions);
    const request = ExecuteRequest.fromPartial({ input: { $case: "json", value: encodeJson(input) } });
    return new Promise((resolve, reject) => {
      port.execute(request, (error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
    }).finally(() => port.close());
  }

  test("refuses a typed call on its own port", async () => {
    const port = new CacheServiceClient(cache.publicAddress ?? "", credentials.createInsecure(), channelOptions);
    const asked = new Promise((resolve, reject) => {
      const request = GetRequest.fromPartial({ key: "result:x", ...inMesh });
      port.get(request, (error, response) => (error === null ? resolve(response) : reject(errorFromGrpc(error))));
    });

    expect(await failure(asked)).toMatchObject(denied);
    port.close();
  });

  test.each([
    ["the function", byFunction],
    ["the RPC", byRpc],
  ])("refuses a watch by %s", async (_name, open) => {
    const watch = open({ client, node: cache }, { prefixes: ["result:"], ...inMesh });

    expect(await failure(watch.next())).toMatchObject(denied);
  });

  describe("lets nobody in who says that he is the mesh", () => {
    const role = "weft.mesh";
    const get = (as: Client) => failure(as.call("cache.get", { key: "result:x", ...inMesh }));
    const isOut = async (as: Client) => {
      expect(await get(as)).toMatchObject(denied);
      expect(await failure(as.call("prices.forMesh"))).toMatchObject({ code: Code.PermissionDenied });
      as.close();
    };

    test("in a token", async () => {
      await isOut(createClient(mesh.address, { token: await issuer.token("weft.mesh", { roles: [role, "admin"] }) }));
    });

    test("by a trusted proxy", async () => {
      const headers = { "x-weft-user": "weft.mesh", "x-weft-roles": `admin, ${role}` };
      await isOut(createClient(mesh.address, { metadata: () => headers }));
    });

    test("in a question of what would become of a call", async () => {
      const { steps } = await client.explain("prices.forMesh", {}, { as: { userId: "weft.mesh", roles: [role] } });

      expect(steps.at(-1)).toMatchObject({ phase: "authorize", passed: false });
    });
  });

  test("is told by an operator to forget results and counters", async () => {
    await keep("c");
    const request = { service: "prices", function: "of", keyArguments: Buffer.alloc(0) };
    const { removed } = await adminCall(mesh.admin, "invalidateResults", request);
    await adminCall(mesh.admin, "resetRateLimit", { scope: "prices.of", key: "id", value: "c" });

    expect(removed).toBeGreaterThan(0);
    const state = await adminCall(mesh.admin, "getRateLimit", { scope: "prices.of", key: "id", value: "c" });
    expect(state.limits).toMatchObject([{ currentRequests: 0, limiter: "shared" }]);
  });
});

describe("nodes of a cache that have entries of their own", () => {
  const clock = fakeClock();
  const openStore = () => createMemoryStore({ capacity: 100, clock });

  function cacheNode(self: string) {
    const namespaces = createNamespaces(openStore(), { "mesh-results": openStore() });
    const others = { self, ids: ["cache-1", "cache-2"].filter((id) => id !== self), watch() {}, close() {} };
    const functions = cacheFunctions(namespaces, { permission: "any_authenticated", others });
    return defineService({ name: "cache", version: "1.0.0", functions });
  }

  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await createTestMesh({ services: [cacheNode("cache-1"), cacheNode("cache-2")] });
  });
  afterAll(() => mesh.close());

  const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
  const asMesh = <Answer>(name: string, args: object) =>
    mesh.call<Answer>(`cache.${name}`, { ...args, ...inMesh }, { as: meshIdentity });

  test("ask each other in the name of the mesh", async () => {
    await asMesh("set_many", { entries: keys.map((key, value) => ({ key, value })) });
    const sizes = await asMesh<{ nodes: { stats: Stats }[] }>("stats", {});

    expect(sizes.nodes.map(({ stats }) => stats.size)).not.toContain(0);
    expect(await asMesh("list", { limit: 0 })).toMatchObject({ total_count: keys.length });
    expect(await asMesh("get_many", { keys, brief: true })).toMatchObject({ missing: [], failed: [] });
    expect(await asMesh("remove_matching", { prefix: "key-1" })).toMatchObject({ removed_count: 11 });
    expect(await asMesh("clear", {})).toMatchObject({ previous_size: 9 });
  });

  test("refuse a batch and a question to all of them as one node does", async () => {
    const as = { userId: "ann" };
    for (const [name, args] of [
      ["get_many", { keys }],
      ["set_many", { entries: [{ key: "a", value: 1 }] }],
      ["remove_many", { keys }],
      ["list", {}],
      ["stats", {}],
      ["clear", {}],
      ["remove_matching", { prefix: "" }],
    ] as const)
      expect(await failure(mesh.call(`cache.${name}`, { ...args, ...inMesh }, { as }))).toMatchObject(denied);

    const entries = [
      { key: "a", value: 1, ...inMesh },
      { key: "a", value: 1 },
    ];
    expect(await mesh.call("cache.set_many", { entries }, { as })).toMatchObject({
      results: [{ status: { code: Code.PermissionDenied, message: "Permission denied" } }, { success: true }],
    });
  });
});
