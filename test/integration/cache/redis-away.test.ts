import { afterEach, beforeEach, expect } from "@jest/globals";
import {
  type Change,
  type ChangePosition,
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
    timeoutMs: 1_000,
    maxWaiting: 50,
  });
  await connection.start();
  store = createRedisStore({ connection, namespace: "", capacity: 10 });
});

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
const isBack = () => Promise.resolve(store.set("a", value)).then(Boolean, () => false);
const isThere = () => Promise.resolve(store.has("a")).then(Boolean, () => false);

testRedis("while redis is away operations fail at once, and they go on when it is back", async () => {
  await store.set("a", value);
  await server.stop();
  await until(async () => (await failure(Promise.resolve(store.get("a")))) !== "[object Object]", "a failure");

  expect(await failure(Promise.resolve(store.get("a")))).toMatchObject({
    code: Code.Unavailable,
    reason: "STORE_UNAVAILABLE",
    metadata: { processed: "no" },
    retryAfterMs: expect.any(Number),
  });

  await server.start();
  await until(() => Promise.resolve(store.set("a", value)).then(Boolean, () => false), "a write after the restart");
  expect(await isThere()).toBe(true);
  expect(log.filter((line) => line.includes("redis is away"))).toHaveLength(1);
  expect(log.join("")).not.toContain(password);
});

testRedis("a redis that hangs is given up, and what waits for it is bounded", async () => {
  server.freeze();
  const waiting = Array.from({ length: 50 }, () => failure(Promise.resolve(store.get("a"))));

  expect(await failure(Promise.resolve(store.get("a")))).toMatchObject({
    code: Code.ResourceExhausted,
    reason: "OVERLOADED",
  });
  for (const outcome of await within(Promise.all(waiting), "the end of what waits"))
    expect(outcome).toMatchObject({ reason: "STORE_UNAVAILABLE", metadata: { processed: "maybe" } });

  server.thaw();
  await until(() => Promise.resolve(store.set("a", value)).then(Boolean, () => false), "a write after the pause");
});

testRedis("a wrong password is told without it", async () => {
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
});

const anyCommand = { text: "return redis.call(unpack(ARGV))", sha: "0".repeat(40) };
const command = (...words: readonly string[]) => connection.run(anyCommand, [], words);

/** What a store tells, in one list. */
function watching(watched: Store) {
  const told: (Change | ChangePosition | Error)[] = [];
  const add = (each: Change | ChangePosition | Error) => void told.push(each);
  return { told, stop: watched.watch({ started: add, changed: add, lost: add }) };
}

testRedis(
  "changes reach every node that watches, in order and with the same positions, and the end is told",
  async () => {
    const other = createRedisStore({ connection, namespace: "", capacity: 10 });
    const [own, others] = [watching(store), watching(other)];
    await until(() => own.told.length + others.told.length === 2, "both to begin");

    await store.set("a", value);
    await store.remove("a");
    await other.set("b b", value, { ttl: 60_000 });
    await store.clear();
    await until(() => own.told.length + others.told.length === 10, "the last change");

    const epoch = expect.any(String);
    expect(own.told).toEqual([
      { epoch, sequence: 0 },
      { sequence: 1, kind: "set", key: "a", version: 1 },
      { sequence: 2, kind: "remove", key: "a", version: 1 },
      { sequence: 3, kind: "set", key: "b b", version: 2 },
      { sequence: 4, kind: "clear", key: "", version: 0 },
    ]);
    expect(others.told).toEqual(own.told);

    others.stop();
    await server.stop();
    await until(() => own.told.length === 6, "the end of the watch");
    expect(own.told[5]).toMatchObject({ code: Code.Unavailable, reason: "STORE_UNAVAILABLE" });
    expect(others.told).toHaveLength(5);
    const away = watching(store);
    await until(() => away.told.length === 1, "the refusal of another one");
    expect(away.told).toMatchObject([{ reason: "STORE_UNAVAILABLE" }]);

    await server.start();
    await until(isBack, "redis to be back");
    const again = watching(store);
    await until(() => again.told.length === 1, "the next watch to begin");
    expect(again.told[0]).not.toMatchObject({ epoch: (own.told[0] as ChangePosition).epoch });
    again.stop();
  },
);

testRedis("where redis has forgotten all changes, or one is missing, the changes begin anew", async () => {
  const { told, stop } = watching(store);
  await until(() => told.length === 1, "it to begin");
  await store.set("a", value);
  await store.set("a", value);
  await until(() => told.length === 3, "two changes");

  await command("FLUSHALL");
  await store.set("b", value);
  await until(() => told.length === 4, "the new beginning");
  expect(told[3]).toMatchObject({ sequence: 1 });
  expect(told[3]).not.toMatchObject({ epoch: (told[0] as ChangePosition).epoch });

  await command("HINCRBY", "{weft:cache:}:meta", "sequence", "5");
  await store.set("c", value);
  await until(() => told.length === 5, "another beginning");
  expect(told[4]).toEqual({ ...(told[3] as ChangePosition), sequence: 7 });
  await store.set("d", value);
  await until(() => told.length === 6, "the next change");
  expect(told[5]).toMatchObject({ sequence: 8, key: "d" });
  stop();
});

testRedis("scripts that redis has forgotten are sent again", async () => {
  await store.set("a", value);
  await server.stop();
  await server.start();

  await until(
    () => Promise.resolve(store.set("a", value)).then(Boolean, () => false),
    "a write by a redis that knows no script",
  );
});

testRedis("a cache starts without its redis", async () => {
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
});
