import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { createClient } from "@weft/client";
import { Code, silentLogger } from "@weft/core";
import type { RunningService } from "@weft/service";
import { findRedis } from "../../support/redis/find-redis.js";
import { type RedisServer, startRedisServer } from "../../support/redis/redis-server.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { describeIf } from "../../support/skip.js";
import { until } from "../../support/within.js";
import {
  byRpc,
  changesOf,
  endWatches,
  type Message,
  named,
  type Reached,
  type Watching,
  watchDoors,
} from "./watch-doors.js";

afterEach(endWatches);

const redis = await findRedis();
const describeRedis = describeIf(redis.path !== undefined, redis.path === undefined ? redis.missing : "");

for (const store of ["memory", "redis"] as const)
  (store === "memory" ? describe : describeRedis)(`entries in ${store}`, () => {
    let server: RedisServer | undefined;
    let mesh: RunningMesh;
    let reached: Reached;

    async function startNode(): Promise<RunningService> {
      const settings = cacheSettings.parse({
        discovery: `embedded:${mesh.gateway.meshAddress}`,
        listen: "127.0.0.1:0",
        drainDelayMs: 0,
        namespaces: { small: { capacity: 2 } },
        store,
        ...(server !== undefined && { redis_url: server.url }),
      });
      const node = await startCache(settings, silentLogger);
      const isThere = () =>
        reached.client.call("cache.stats").then(
          () => true,
          () => false,
        );
      reached = { ...reached, node };
      await until(isThere, "a gateway that knows the cache");
      return node;
    }

    beforeAll(async () => {
      if (store === "redis" && redis.path !== undefined) server = await startRedisServer(redis);
      mesh = await runMesh([]);
      reached = { client: createClient(mesh.address), node: mesh.gateway };
      await startNode();
    });
    afterAll(async () => {
      reached.client.close();
      await reached.node.close();
      await mesh.close();
      await server?.close();
    });

    const call = (action: string, args: object = {}) =>
      reached.client.call(`cache.${action}`, { ...args }) as Promise<Record<string, unknown>>;

    describe.each(watchDoors)("by %s", (_, openWatch) => {
      const open = (args: Record<string, unknown> = {}) => openWatch(reached, args);

      test("the first message has a position and no changes, then come sets and removals with their versions", async () => {
        const watching = open();
        const first = await watching.next();
        expect(first).toEqual({
          position: { epoch: expect.stringMatching(/./), sequence: expect.any(Number) },
          gap: false,
          changes: [],
        });

        const { entry_version: version } = await call("set", { key: "a", value: 1, details: true });
        await call("remove", { key: "a" });

        const { sequence } = first.position;
        expect(await changesOf(watching, 2)).toEqual([
          { sequence: sequence + 1, kind: "set", key: "a", entry_version: version },
          { sequence: sequence + 2, kind: "remove", key: "a", entry_version: version },
        ]);
      });

      test("every way in which an entry comes or goes is told", async () => {
        const watching = open({ namespace: "small" });
        await watching.next();
        const small = { namespace: "small" };

        await call("set", { key: "a", value: 1, ttl_ms: 1, ...small });
        await until(async () => !(await call("get", { key: "a", ...small })).found, "an entry that has expired");
        await call("set_many", {
          entries: [
            { key: "b", value: 1 },
            { key: "c", value: 1, tags: ["t"] },
            { key: "d", value: 1, tags: ["t"] },
          ],
          ...small,
        });
        await call("increment", { key: "d2", ...small });
        await call("remove_many", { keys: ["d", "nobody"], ...small });
        await call("set", { key: "e1", value: 1, ...small });
        await call("remove_matching", { prefix: "e", ...small });
        await call("clear", small);

        expect(named(await changesOf(watching, 12))).toEqual([
          ...["set a", "expire a", "set b", "set c", "evict b", "set d", "evict c", "set d2"],
          ...["remove d", "set e1", "remove e1", "clear "],
        ]);
      });

      test("only what is watched is told, and a clear always", async () => {
        const watching = open({ keys: ["exact"], prefixes: ["user:", "user:1"] });
        const all = open({ namespace: "small" });
        await Promise.all([watching.next(), all.next()]);

        for (const key of ["x", "user:1", "exactly", "exact", "user", "user:"]) await call("set", { key, value: 1 });
        await call("clear");

        expect(named(await changesOf(watching, 4))).toEqual(["set user:1", "set exact", "set user:", "clear "]);
        await call("set", { key: "own", value: 1, namespace: "small" });
        expect(named(await changesOf(all, 1))).toEqual(["set own"]);
        await call("clear", { namespace: "small" });
      });

      test("after a cut the next watch goes on where the first stood", async () => {
        const first = open();
        await first.next();
        await call("set", { key: "a", value: 1 });
        await changesOf(first, 1);
        const { position } = await resumable(first);
        first.cancel();
        for (const key of ["b", "c"]) await call("set", { key, value: 1 });

        const second = open({ resume_after: position });

        expect(await second.next()).toEqual({ position, gap: false, changes: [] });
        expect(named(await changesOf(second, 3))).toEqual(["set seen", "set b", "set c"]);

        /** The position before a change that this watch has not read. */
        async function resumable(watching: Watching): Promise<Message> {
          const other = open();
          const now = await other.next();
          await call("set", { key: "seen", value: 1 });
          await changesOf(watching, 1);
          other.cancel();
          return now;
        }
      });

      test("a position that the cache does not know is answered with a gap", async () => {
        const { position } = await open().next();

        for (const unknown of [
          { ...position, epoch: "another" },
          { ...position, sequence: position.sequence + 1_000 },
        ])
          expect(await open({ resume_after: unknown }).next()).toEqual({ position, gap: true, changes: [] });
      });

      test.each<[string, Record<string, unknown>, string, string]>([
        ["too many keys", { keys: Array(1_001).fill("k") }, "keys", "Invalid input: keys must be a list of up to 1000"],
        ["an empty key", { keys: [""] }, "keys", "Invalid input: keys must be strings, not empty"],
        [
          "too many prefixes",
          { prefixes: Array(101).fill("k") },
          "prefixes",
          "Invalid input: prefixes must be a list of up to 100",
        ],
        [
          "prefixes that are too long",
          { prefixes: Array(3).fill("k".repeat(100_000)) },
          "prefixes",
          "Invalid input: prefixes must have at most 262144 characters in all",
        ],
        [
          "half a position",
          { resume_after: { sequence: 1 } },
          "resume_after",
          "Invalid input: resume_after must have an epoch and a sequence, as a watch told them",
        ],
      ])("%s: refused, and the field is named", async (_, args, field, description) => {
        await expect(open(args).next()).rejects.toMatchObject({
          code: Code.InvalidArgument,
          reason: "INVALID_ARGUMENT",
          violations: [{ field, description }],
        });
      });

      test("an unknown namespace is refused", async () => {
        await expect(open({ namespace: "nobody" }).next()).rejects.toMatchObject({
          code: Code.NotFound,
          reason: "NAMESPACE_NOT_FOUND",
        });
      });

      test("a shutdown ends the watch, and what changed meanwhile is a gap for the next", async () => {
        const watching = open();
        const { position } = await watching.next();
        const end = watching.next().catch((error: unknown) => error);

        await reached.node.close();
        expect(await end).toMatchObject({ code: Code.Unavailable, reason: "DRAINING" });

        await startNode();
        await call("set", { key: "a", value: 1 });
        expect(await open({ resume_after: position }).next()).toMatchObject({ gap: true, changes: [] });
      });
    });

    if (store === "redis")
      test("nodes that share their entries know each other's positions", async () => {
        const other = reached.node;
        const watching = byRpc(reached, {});
        await watching.next();
        await startNode();
        const fresh = await byRpc(reached, {}).next();
        expect(fresh.gap).toBe(false);
        await call("set", { key: "a", value: 1 });
        const { changes, position } = await watching.next();

        const resumed = byRpc(reached, { resume_after: fresh.position });

        expect(await resumed.next()).toMatchObject({ gap: false });
        expect(await resumed.next()).toEqual({ position, changes, gap: false });
        await other.close();
      });
  });
