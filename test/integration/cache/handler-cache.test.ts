import { afterEach, expect, test } from "@jest/globals";
import { cacheFunctions, createMemoryStore, createNamespaces, type Namespaces } from "@weft/cache";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { defineService, fn, type HandlerContext, type Permission } from "@weft/service";
import { createTestMesh, type TestMesh } from "@weft/service/testkit";

let mesh: TestMesh;
afterEach(() => mesh.close());

/** One node of a cache with entries of its own, and what it has. */
function cacheNode(self: string, all: readonly string[] = [self], permission: Permission = "public") {
  const clock = fakeClock();
  const namespaces = createNamespaces(createMemoryStore({ capacity: 1_000, clock }), {
    other: createMemoryStore({ capacity: 1_000, clock }),
  });
  const others = { self, ids: all.filter((id) => id !== self), watch() {}, close() {} };
  const functions = cacheFunctions(namespaces, { permission, others });
  return { namespaces, service: defineService({ name: "cache", version: "1.0.0", functions }) };
}

/** A service whose one function does with its cache what the test says. */
const reader = (handler: (context: HandlerContext, key: string) => unknown) =>
  defineService({
    name: "reader",
    version: "1.0.0",
    functions: {
      run: fn({
        permission: "public",
        args: { key: { type: "string", default: "" } },
        handler: ({ key }, context) => handler(context, key),
      }),
    },
  });

const getsIn = ({ main: { calls } }: Namespaces) => ({ get: calls.get ?? 0, get_many: calls.get_many ?? 0 });
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `key-${i}`);

test("what a handler stores is there for every other, null too, until it is removed", async () => {
  const { service } = cacheNode("cache-1");
  const run = async ({ cache }: HandlerContext) => {
    await cache.set("a", { n: 1 });
    await cache.set("nothing", null, { ttlMs: 1_000 });
    const found = [await cache.get("a"), await cache.get("nothing"), (await cache.get("missing")) === undefined];
    return [...found, await cache.remove("a"), await cache.remove("a"), (await cache.get("a")) === undefined];
  };
  mesh = await createTestMesh({ services: [service, reader(run)] });

  expect(await mesh.call("reader.run")).toEqual([{ n: 1 }, null, true, true, false, true]);
});

test("namespaces have entries of their own", async () => {
  const { service } = cacheNode("cache-1");
  const run = async ({ cache }: HandlerContext) => {
    await cache.set("a", 1);
    await cache.set("a", 2, { namespace: "other", ttlMs: Number.POSITIVE_INFINITY });
    return Promise.all([cache.get("a"), cache.get("a", { namespace: "other" })]);
  };
  mesh = await createTestMesh({ services: [service, reader(run)] });

  expect(await mesh.call("reader.run")).toEqual([1, 2]);
});

test("gets of one turn travel together, whichever handlers they come from, 128 at a time", async () => {
  const { service, namespaces } = cacheNode("cache-1");
  mesh = await createTestMesh({ services: [service, reader(({ cache }, key) => cache.get(key))] });
  const keys = numbered(140);
  await mesh.call("cache.set_many", { entries: keys.map((key) => ({ key, value: key })) });

  const values = await Promise.all(keys.map((key) => mesh.call("reader.run", { key })));

  expect(values).toEqual(keys);
  expect(getsIn(namespaces)).toEqual({ get: 0, get_many: 2 });
});

test("getMany answers in the order of its keys, however many calls they take", async () => {
  const { service, namespaces } = cacheNode("cache-1");
  const all = ["nobody", ...numbered(200)];
  const run = async ({ cache }: HandlerContext) => {
    const [nobody, ...values] = await cache.getMany(all);
    return [nobody === undefined, values, await cache.getMany([])];
  };
  mesh = await createTestMesh({ services: [service, reader(run)] });
  await mesh.call("cache.set_many", { entries: numbered(200).map((key, value) => ({ key, value })) });

  expect(await mesh.call("reader.run")).toEqual([true, numbered(200).map((_, value) => value), []]);
  expect(getsIn(namespaces)).toEqual({ get: 0, get_many: 2 });
});

test("nobody reads by the right of another caller", async () => {
  const { service, namespaces } = cacheNode("cache-1", [], "any_authenticated");
  mesh = await createTestMesh({ services: [service, reader(({ cache }, key) => cache.get(key))] });
  const as = { userId: "u1" };
  await mesh.call("cache.set", { key: "a", value: 1 }, { as });

  const outcomes = await Promise.allSettled([
    mesh.call("reader.run", { key: "a" }, { as }),
    mesh.call("reader.run", { key: "a" }),
    mesh.call("reader.run", { key: "a" }, { as: { userId: "u2" } }),
  ]);

  expect(outcomes).toMatchObject([{ value: 1 }, { reason: { code: Code.Unauthenticated } }, { value: 1 }]);
  expect(getsIn(namespaces)).toEqual({ get: 0, get_many: 2 });
});

test("a get that cannot be is the trouble of its handler alone", async () => {
  const { service } = cacheNode("cache-1");
  mesh = await createTestMesh({ services: [service, reader(({ cache }, key) => cache.get(key))] });
  await mesh.call("cache.set", { key: "a", value: 1 });

  const outcomes = await Promise.allSettled(["a", ""].map((key) => mesh.call("reader.run", { key })));

  expect(outcomes).toMatchObject([{ value: 1 }, { reason: { code: Code.InvalidArgument, domain: "reader" } }]);
});

test("a key that cannot even be sent is the trouble of its handler alone", async () => {
  const { service } = cacheNode("cache-1");
  const half = "\ud800";
  const run = ({ cache }: HandlerContext, key: string) => cache.get(key === "half" ? half : key);
  mesh = await createTestMesh({ services: [service, reader(run)] });
  const keys = ["half", ...numbered(20)];
  for (const key of numbered(20)) await mesh.call("cache.set", { key, value: key });

  const [failed, ...found] = await Promise.allSettled(keys.map((key) => mesh.call("reader.run", { key })));

  expect(failed).toMatchObject({ status: "rejected" });
  expect(found).toEqual(numbered(20).map((value) => ({ status: "fulfilled", value })));
});

test("values that are too large together come apart", async () => {
  const { service } = cacheNode("cache-1");
  const run = ({ cache }: HandlerContext, key: string) => cache.get<string>(key);
  mesh = await createTestMesh({ services: [service, reader(run)], settings: { maxResponseBytes: 50_000 } });
  const keys = numbered(20);
  const largeOf = (key: string) => key.padEnd(10_000, ".");
  for (const key of keys) await mesh.call("cache.set", { key, value: largeOf(key) });

  expect(await Promise.all(keys.map((key) => mesh.call("reader.run", { key })))).toEqual(keys.map(largeOf));
});

test("a get has no more time than it was given", async () => {
  const { service } = cacheNode("cache-1");
  mesh = await createTestMesh({
    services: [service, reader(({ cache }, key) => cache.get(key, { timeoutMs: 50 }))],
  });
  mesh.delay("cache", 60_000);

  const failed = expect(mesh.call("reader.run", { key: "a" })).rejects.toMatchObject({
    code: Code.DeadlineExceeded,
    reason: Reason.Timeout,
  });
  await mesh.advance(50);

  await failed;
});

test("where a cache has several nodes, each is asked for its own keys", async () => {
  const ids = ["cache-1", "cache-2", "cache-3"];
  const nodes = ids.map((id) => cacheNode(id, ids));
  const keys = numbered(30);
  const run = ({ cache }: HandlerContext, key: string) => (key === "" ? cache.getMany(keys) : cache.get(key));
  mesh = await createTestMesh({ services: [...nodes.map(({ service }) => service), reader(run)] });
  for (const key of keys) await mesh.call("cache.set", { key, value: key });

  const values = await Promise.all(keys.map((key) => mesh.call("reader.run", { key })));
  expect(values).toEqual(keys);
  for (const { namespaces } of nodes) expect(getsIn(namespaces)).toEqual({ get: 0, get_many: 1 });

  expect(await mesh.call("reader.run")).toEqual(keys);
  for (const { namespaces } of nodes) expect(getsIn(namespaces)).toEqual({ get: 0, get_many: 2 });
});

test("the keys of a node that is lost are missed on the others, and no get fails", async () => {
  const ids = ["cache-1", "cache-2"];
  const nodes = ids.map((id) => cacheNode(id, ids));
  const run = async ({ cache }: HandlerContext, key: string) => (await cache.get(key)) ?? "missed";
  mesh = await createTestMesh({ services: [...nodes.map(({ service }) => service), reader(run)] });
  const keys = numbered(30);
  for (const key of keys) await mesh.call("cache.set", { key, value: key });
  mesh.partition({ id: "cache-2" });

  const values = await Promise.all(keys.map((key) => mesh.call("reader.run", { key })));

  const kept = (await nodes[0]?.namespaces.main.store.stats())?.size ?? 0;
  expect(values.filter((value) => value === "missed")).toHaveLength(keys.length - kept);
  expect(kept).toBeGreaterThan(0);
});
