import { afterEach, beforeEach, expect } from "@jest/globals";
import {
  type Change,
  cacheSettings,
  createRedisConnection,
  createRedisStore,
  type RedisConnection,
  type Store,
  startCache,
  storeValue,
} from "@weft/cache";
import { Code, type Logger, readConfig, silentLogger, systemClock } from "@weft/core";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { testIf } from "../../support/skip.js";
import { until, within } from "../../support/within.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");
const password = "s3cret-word";

let server: RedisServer;
let connection: RedisConnection;
let store: Store;
let log: string[];

beforeEach(async () => {
  if (redis.path === undefined) return;
  log = [];
  server = await startRedisServer(redis, ["--requirepass", password]);
  connection = createRedisConnection({
    url: server.url.replace("//", `//:${password}@`),
    logger: collecting(log),
    clock: systemClock,
    timeoutMs: 300,
    maxWaiting: 50,
  });
  await connection.start();
  store = createRedisStore({ connection, namespace: "", capacity: 10 });
}, 30_000);

afterEach(async () => {
  if (redis.path === undefined) return;
  await connection.close();
  await server.close();
});

function collecting(lines: string[]): Logger {
  const add = (fields: object, message: string) => lines.push(JSON.stringify({ ...fields, message }));
  return { debug: add, info: add, warn: add, error: add };
}

const value = storeValue("json", Buffer.from("1"));
const failure = (operation: Promise<unknown>) => operation.then(String, (error: unknown) => error);
const isThere = () => Promise.resolve(store.has("a")).then(Boolean, () => false);

testRedis(
  "while redis is away operations fail at once, and they go on when it is back",
  async () => {
    await store.set("a", value);
    await server.stop();
    await until(async () => (await failure(Promise.resolve(store.get("a")))) !== "[object Object]", 5_000, "a failure");

    expect(await failure(Promise.resolve(store.get("a")))).toMatchObject({
      code: Code.Unavailable,
      reason: "STORE_UNAVAILABLE",
      metadata: { processed: "no" },
      retryAfterMs: expect.any(Number),
    });

    await server.start();
    await until(
      () => Promise.resolve(store.set("a", value)).then(Boolean, () => false),
      10_000,
      "a write after the restart",
    );
    expect(await isThere()).toBe(true);
    expect(log.filter((line) => line.includes("redis is away"))).toHaveLength(1);
    expect(log.join("")).not.toContain(password);
  },
  30_000,
);

testRedis(
  "a redis that hangs is given up, and what waits for it is bounded",
  async () => {
    server.freeze();
    const waiting = Array.from({ length: 50 }, () => failure(Promise.resolve(store.get("a"))));

    expect(await failure(Promise.resolve(store.get("a")))).toMatchObject({
      code: Code.ResourceExhausted,
      reason: "OVERLOADED",
    });
    for (const outcome of await within(Promise.all(waiting), 5_000, "the end of what waits"))
      expect(outcome).toMatchObject({ reason: "STORE_UNAVAILABLE", metadata: { processed: "maybe" } });

    server.thaw();
    await until(
      () => Promise.resolve(store.set("a", value)).then(Boolean, () => false),
      10_000,
      "a write after the pause",
    );
  },
  30_000,
);

testRedis(
  "a wrong password is told without it",
  async () => {
    const lines: string[] = [];
    const url = server.url.replace("//", "//:wrong-word@");
    const wrong = createRedisConnection({ url, logger: collecting(lines), clock: systemClock });
    await wrong.start();

    const outcome = await failure(
      Promise.resolve(createRedisStore({ connection: wrong, namespace: "", capacity: 1 }).get("a")),
    );

    expect(outcome).toMatchObject({ reason: "STORE_UNAVAILABLE" });
    expect(lines.join("")).toContain("WRONGPASS");
    expect(lines.join("")).not.toContain("wrong-word");
    await wrong.close();
  },
  30_000,
);

testRedis(
  "changes reach every node that watches, in order, also after a reconnect",
  async () => {
    const other = createRedisStore({ connection, namespace: "", capacity: 10 });
    const changes: Change[] = [];
    const stop = other.watch((change) => changes.push(change));
    await until(
      async () => {
        await store.set("a", value);
        return changes.length > 0;
      },
      5_000,
      "the first change",
    );

    await store.remove("a");
    await store.set("b b", value, { ttl: 60_000 });
    await store.clear();
    await until(() => changes.at(-1)?.kind === "clear", 5_000, "the last change");
    const last = changes.slice(-4);
    expect(last.map(({ kind, key }) => [kind, key])).toEqual([
      ["set", "a"],
      ["remove", "a"],
      ["set", "b b"],
      ["clear", ""],
    ]);
    const first = last[0]?.sequence as number;
    expect(last.map(({ sequence }) => sequence)).toEqual([first, first + 1, first + 2, first + 3]);

    await server.stop();
    await server.start();
    const known = changes.length;
    await until(
      async () => {
        await Promise.resolve(store.set("c", value)).catch(() => {}); // not connected yet
        return changes.length > known;
      },
      10_000,
      "a change after the restart",
    );
    stop();
  },
  30_000,
);

testRedis(
  "scripts that redis has forgotten are sent again",
  async () => {
    await store.set("a", value);
    await server.stop();
    await server.start();

    await until(
      () => Promise.resolve(store.set("a", value)).then(Boolean, () => false),
      10_000,
      "a write by a redis that knows no script",
    );
  },
  30_000,
);

testRedis(
  "a cache starts without its redis",
  async () => {
    await server.stop();
    const settings = readConfig(cacheSettings, {
      env: {
        WEFT_LISTEN: "127.0.0.1:0",
        WEFT_DISCOVERY: "embedded",
        WEFT_DRAIN_DELAY_MS: "0",
        WEFT_CACHE_STORE: "redis",
        WEFT_CACHE_REDIS_URL: server.url,
      },
    });

    const cache = await startCache(settings, silentLogger);

    expect(cache.publicAddress).toBeDefined();
    await cache.close();
  },
  30_000,
);
