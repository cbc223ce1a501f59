import { afterAll, beforeAll } from "@jest/globals";
import { createNamespaces, createRedisConnection, createRedisStore, type RedisConnection } from "@weft/cache";
import { silentLogger, systemClock } from "@weft/core";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { testIf } from "../../support/skip.js";
import { current, ofCase } from "./case-namespaces.js";
import { cases } from "./cases.js";
import { type Door, type DoorKind, doors } from "./doors.js";
import { moreCases } from "./more-cases.js";
import { play } from "./play.js";
import type { Case } from "./script.js";

const redis = await findRedis();
const testRedis = testIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

const opened = new Map<DoorKind, Door>();
let server: RedisServer;
let connection: RedisConnection;
beforeAll(async () => {
  if (redis.path === undefined) return;
  server = await startRedisServer(redis);
  connection = createRedisConnection({ url: server.url, logger: silentLogger, clock: systemClock });
  await connection.start();
  for (const kind of doors) opened.set(kind, await kind.open(ofCase));
});
afterAll(async () => {
  if (redis.path === undefined) return;
  for (const door of opened.values()) await door.close();
  await connection.close();
  await server.close();
});

// Redis has a clock of its own: cases that let time pass, or tell exactly what is left, need one that tests can move.
const isTimeless = ({ steps }: Case) =>
  !steps.some((step) => "waitMs" in step || JSON.stringify(step).includes('_left_ms"'));
const timeless = [...cases, ...moreCases].filter(isTimeless);

let count = 0;
for (const each of timeless) {
  for (const kind of doors) {
    testRedis(`cache ${each.id}: ${each.title}, in redis, by ${kind.name}`, async () => {
      const { capacity = 1_000, defaultTtlMs, namespace, maxEntryBytes, refuses } = each;
      const own = ++count; // each case begins with an empty cache
      const options = {
        connection,
        capacity,
        evicts: refuses !== true,
        ...(defaultTtlMs !== undefined && { defaultTtlMs }),
      };
      const limits = { ...options, ...(maxEntryBytes !== undefined && { maxEntryBytes }) };
      const store = createRedisStore({ ...limits, namespace: `case-${own}` });
      const others =
        namespace === undefined ? {} : { [namespace]: createRedisStore({ ...options, namespace: `other-${own}` }) };
      current.use(createNamespaces(store, others));

      await play(each, opened.get(kind) as Door, kind, () => {});
    });
  }
}
