import { Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type MemoryStore } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { decodeStruct, errorFromGrpc } from "@weft/contracts";
import type { GetRateLimitResponse } from "@weft/contracts/admin";
import { Code, type Logger, Reason, silentLogger, systemClock, type WeftError } from "@weft/core";
import { gatewaySettings, startGateway } from "@weft/gateway";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { type ShiftedClock, shiftedClock } from "../../support/shifted-clock.js";
import { until } from "../../support/within.js";

const args = { who: { type: "string", default: "" } } as const;
const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    say: fn({ args, permission: "public", handler: () => "said" }),
    open: fn({ args, permission: "public", handler: () => "said" }),
  },
});

const maxRequests = 20;
const windowMs = 60_000;
const rateLimits = {
  global: [],
  functions: { "echo.say": [{ key: "who", max: maxRequests, windowMs }] },
  shared: true,
};

let clock: ShiftedClock;
let store: MemoryStore;
let mesh: RunningMesh;
let second: RunningService;
let strict: RunningService;
let cache: RunningService | undefined;
let clients: readonly [Client, Client, Client];
const said: string[] = [];
const told =
  (level: string) =>
  (...words: unknown[]): void => {
    said.push(`${level}: ${words.at(-1)}`);
  };
const logger: Logger = { ...silentLogger, error: told("error"), info: told("info") };

async function startCache(): Promise<void> {
  store = createMemoryStore({ capacity: 10_000, clock: systemClock });
  const namespaces = createNamespaces(createMemoryStore({ capacity: 10, clock: systemClock }), {
    "mesh-counters": store,
  });
  // Who may use it is for its clients: a gateway is not one of them.
  const functions = cacheFunctions(namespaces, { permission: "any_authenticated" });
  cache = await startService(defineService({ name: "cache", version: "1.0.0", functions }), {
    settings: serviceSettings.parse({ drainDelayMs: 0, discovery: `embedded:${mesh.gateway.meshAddress}` }),
    logger: silentLogger,
  });
}

beforeAll(async () => {
  clock = shiftedClock();
  mesh = await runMesh([echo], { rateLimits }, { clock });
  const more = (fields: object) =>
    startGateway(
      gatewaySettings.parse({
        drainDelayMs: 0,
        listen: "127.0.0.1:0",
        discovery: `embedded:${mesh.gateway.meshAddress}`,
        adminActions: ["*"],
        rateLimits,
        ...fields,
      }),
      logger,
      { clock },
    );
  second = await more({});
  strict = await more({ rateLimitFailOpen: false });
  await startCache();
  const addresses = [mesh.address, second.publicAddress ?? "", strict.publicAddress ?? ""] as const;
  clients = [createClient(addresses[0]), createClient(addresses[1]), createClient(addresses[2])];
  await Promise.all(clients.map(knowsCache));
  await Promise.all(clients.map((client) => say(client, "the first"))); // with connections to make and code to load
});
afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all([second.close(), strict.close(), cache?.close()]);
  await mesh.close();
});
beforeEach(() => {
  said.length = 0;
  // Far from the border of two buckets, where a call at the same time may be refused for one that is being refused.
  const bucketMs = (windowMs + 100) / 10;
  clock.advance(1.1 * bucketMs - (clock.wallTime() % bucketMs));
});

/** Where a gateway could call a function; none if it does not know of it. */
const nodesOf = (client: Client, name: string, given: object): Promise<number> =>
  client.explain(name, { ...given }).then(
    ({ nodes }) => nodes.length,
    () => 0,
  );
const cachesOf = (client: Client) => nodesOf(client, "cache.increment", { key: "k" });

/** Until a gateway has both services. */
const knowsCache = (client: Client) =>
  until(
    async () => (await cachesOf(client)) > 0 && (await nodesOf(client, "echo.open", {})) > 0,
    "a gateway that knows the cache",
  );

const say = (client: Client, who: string): Promise<"ok" | WeftError> =>
  client.call("echo.say", { who }).then(
    () => "ok",
    (error) => error,
  );

const stepOf = async (client: Client, who: string) => {
  const { steps } = await client.explain("echo.say", { who });
  const { details, ...step } = steps.find(({ phase }) => phase === "rate-limit") ?? {};
  return { ...step, details: details && decodeStruct(details) };
};

const stateOf = (who: string): Promise<GetRateLimitResponse> =>
  new Promise((resolve, reject) => {
    const request = { scope: "echo.say", key: "who", value: who };
    mesh.admin.getRateLimit(request, new Metadata(), (error, response) =>
      error === null ? resolve(response) : reject(errorFromGrpc(error)),
    );
  });

test("60 calls at once over two gateways: exactly as many are admitted as the limit says", async () => {
  const all = await Promise.all(Array.from({ length: 60 }, (_, at) => say(clients[at % 2] as Client, "ann")));

  expect(all.filter((outcome) => outcome === "ok")).toHaveLength(maxRequests);
  for (const refusal of all)
    if (refusal !== "ok") {
      expect(refusal).toMatchObject({ code: Code.ResourceExhausted, reason: Reason.RateLimited });
      expect(refusal.retryAfterMs).toBeGreaterThan(windowMs / 2);
      expect(refusal.metadata).toMatchObject({ current_requests: "20", max_requests: "20", scope: "echo.say" });
    }
  expect(await say(clients[2], "ann")).toMatchObject({ reason: Reason.RateLimited });
  expect(await say(clients[0], "bob")).toBe("ok");
});

test("every gateway shows what all of them have counted, and that they count together", async () => {
  for (let call = 0; call < 3; call++) await say(clients[0], "carl");
  await say(clients[1], "carl");

  for (const client of clients)
    expect(await stepOf(client, "carl")).toMatchObject({
      passed: true,
      reason: "who: 4 of 20 used (echo.say)",
      details: { limiter: "shared", limits: [{ current_requests: 4, remaining: 16 }] },
    });
  expect((await stateOf("carl")).limits).toMatchObject([{ currentRequests: 4, remaining: 16, limiter: "shared" }]);
});

test("a value that starts anew does so everywhere", async () => {
  for (let call = 0; call < 5; call++) await say(clients[1], "dora");

  await new Promise<void>((resolve, reject) => {
    mesh.admin.resetRateLimit({ scope: "echo.say", key: "who", value: "dora" }, (error) =>
      error === null ? resolve() : reject(errorFromGrpc(error)),
    );
  });

  expect((await stateOf("dora")).limits).toMatchObject([{ currentRequests: 0 }]);
  expect(await stepOf(clients[1], "dora")).toMatchObject({ reason: "who: 0 of 20 used (echo.say)" });
});

test("counters name nobody, and end with their window", async () => {
  await say(clients[0], "emil");

  for (const { key } of (await store.list({ descending: false, offset: 0 })).rows) {
    expect(key).toMatch(/^rate:[0-9a-f]{64}:60000:\d+$/);
    expect(store.ttl(key)?.leftMs).toBeLessThan(1.3 * windowMs);
  }
  expect(store.stats().size).toBeGreaterThan(0);
});

test("without a cache calls pass, or are refused where that is set; it is said once, and when the cache is back", async () => {
  await cache?.close();
  for (const client of clients) await until(async () => (await cachesOf(client)) === 0, "a gateway without a cache");

  for (let call = 0; call < 25; call++) expect(await say(clients[1], "fred")).toBe("ok");
  expect(said.filter((line) => line.startsWith("error"))).toEqual(["error: the rate limiter fails"]);
  expect(await say(clients[2], "fred")).toMatchObject({
    code: Code.Unavailable,
    reason: Reason.RateLimiterUnavailable,
  });
  expect(await stepOf(clients[1], "fred")).toMatchObject({
    passed: true,
    reason: "the shared limiter fails: calls pass",
  });
  expect(await stepOf(clients[2], "fred")).toMatchObject({ passed: false });
  expect(await failure(stateOf("fred"))).toMatchObject({ code: Code.Unavailable });

  await startCache();
  await Promise.all(clients.map(knowsCache));
  expect(await say(clients[1], "fred")).toBe("ok");
  expect(await say(clients[2], "fred")).toBe("ok");
  expect((await stateOf("fred")).limits).toMatchObject([{ currentRequests: 2 }]);
  expect(said.filter((line) => line === "info: the rate limiter answers again")).toHaveLength(2);
});
