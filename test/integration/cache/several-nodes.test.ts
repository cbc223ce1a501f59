import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { cacheSettings, startCache } from "@weft/cache";
import { type Client, createClient } from "@weft/client";
import { silentLogger } from "@weft/core";
import type { RunningService } from "@weft/service";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const keys = Array.from({ length: 40 }, (_, i) => `key-${String(i).padStart(2, "0")}`);

interface Batch {
  readonly results: readonly Record<string, unknown>[];
}
interface Stats {
  readonly stats: Record<string, unknown>;
  readonly nodes?: readonly { readonly node: string; readonly stats: { readonly size: number } }[];
}
interface Page {
  readonly items: readonly { readonly key: string; readonly value?: unknown }[];
  readonly total_count: number;
  readonly has_more: boolean;
  readonly next_cursor?: string;
}

let mesh: RunningMesh;
let client: Client;
const nodes: RunningService[] = [];
beforeAll(async () => {
  mesh = await runMesh([]);
  client = createClient(mesh.address);
  for (let i = 0; i < 3; i++) await join();
});
afterAll(async () => {
  client.close();
  await Promise.all(nodes.map((node) => node.close()));
  await mesh.close();
});
beforeEach(async () => {
  await client.call("cache.clear");
});

/** Starts one more cache with entries of its own, known to all others when this resolves. */
async function join(): Promise<RunningService> {
  const discovery = `embedded:${mesh.gateway.meshAddress}`;
  const settings = cacheSettings.parse({ discovery, listen: "127.0.0.1:0", drainDelayMs: 0 });
  const node = await startCache(settings, silentLogger);
  nodes.push(node);
  await known(nodes.length);
  return node;
}

/** Random nodes answer, so that many answers come from all. */
async function known(count: number): Promise<void> {
  const isKnown = async () => {
    const answers = await Promise.all(Array.from({ length: 8 * count }, stats)).catch(() => []);
    return answers.length > 0 && answers.every(({ nodes: all = [{}] }) => all.length === count);
  };
  await until(isKnown, `${count} nodes that know each other`);
}

const call = <Answer>(name: string, args: Record<string, unknown> = {}) =>
  client.call(`cache.${name}`, args) as Promise<Answer>;
const stats = () => call<Stats>("stats", { details: true });
const fill = (all: readonly string[]) => call("set_many", { entries: all.map((key) => ({ key, value: key })) });
const keysOf = ({ items }: Page) => items.map(({ key }) => key);

test("a batch reaches the node of each key, so that it misses nothing that is there", async () => {
  const stored = await call<Batch>("set_many", { entries: keys.map((key, value) => ({ key, value })) });
  const found = await call<Batch>("get_many", { keys });

  expect(stored.results).toHaveLength(keys.length);
  expect(found.results).toMatchObject(keys.map((key, value) => ({ key, value, found: true })));
  const sizes = (await stats()).nodes?.map((node) => node.stats.size) ?? [];
  expect(sizes.every((size) => size > 0 && size < keys.length)).toBe(true);
  for (const [value, key] of keys.entries()) expect(await call("get", { key })).toMatchObject({ found: true, value });

  const removed = await call<Batch>("remove_many", { keys: [...keys, "nobody"] });
  expect(removed.results.filter((result) => result.removed === true)).toHaveLength(keys.length);
  expect((await stats()).stats).toMatchObject({ size: 0 });
});

test("an item that is wrong has its own status there too", async () => {
  const { results } = await call<Batch>("get_many", { keys: ["a", ""] });

  expect(results).toMatchObject([
    { found: false },
    { status: { code: 3, reason: "INVALID_ARGUMENT", message: "Invalid input: Key cannot be empty for get action" } },
  ]);
  await expect(call("get_many", { keys: [] })).rejects.toMatchObject({
    message: "Invalid input: keys must be a list of 1 to 1000",
  });
});

test("clear empties all nodes, and with this_node one of them", async () => {
  await fill(keys);

  const one = await call<{ previous_size: number }>("clear", { this_node: true });
  const rest = await call<{ previous_size: number }>("clear");

  expect(one.previous_size).toBeGreaterThan(0);
  expect(one.previous_size).toBeLessThan(keys.length);
  expect(rest).toEqual({ success: true, cleared: true, previous_size: keys.length - one.previous_size });
  expect(await call("list")).toMatchObject({ items: [], total_count: 0 });
});

test("remove_matching removes under a prefix and by tag on all nodes", async () => {
  const entries = keys.map((key, i) => ({ key, value: i, tags: i % 2 === 0 ? ["even"] : ["odd"] }));
  await call("set_many", { entries });

  expect(await call("remove_matching", { tag: "even" })).toEqual({ success: true, removed_count: 20 });
  expect(await call("remove_matching", { prefix: "key-0" })).toEqual({ success: true, removed_count: 5 });
  expect(await call("list", { limit: 0 })).toMatchObject({ total_count: 15 });
  await expect(call("remove_matching", {})).rejects.toMatchObject({ reason: "INVALID_ARGUMENT" });
});

test("cleanup counts what had expired on all nodes", async () => {
  await call("set_many", { entries: keys.map((key, i) => ({ key, value: i, ttl_ms: i < 30 ? 1 : 60_000 })) });
  await new Promise((resolve) => setTimeout(resolve, 5));

  expect(await call("cleanup")).toEqual({ success: true, cleaned_count: 30 });
  expect((await stats()).stats).toMatchObject({ size: 10 });
});

test("stats add up, tell who answered, and name the hot keys of all", async () => {
  const before = (await stats()).stats as Record<string, number>;
  await fill(keys);
  for (let i = 0; i < 600; i++) await call("get", { key: "key-07" });
  await call("get", { key: "nobody" });

  const { stats: after, nodes: each = [] } = await stats();

  expect(after).toMatchObject({
    size: keys.length,
    capacity: 3_000,
    memory_usage: 200 + 220 * keys.length + 8 * 3_000,
    total_sets: (before.total_sets as number) + keys.length,
    total_gets: (before.total_gets as number) + 601,
    total_hits: (before.total_hits as number) + 600,
    total_misses: (before.total_misses as number) + 1,
    bytes_limit: 0,
  });
  expect(after.hot_keys).toMatchObject([{ key: "key-07", gets: expect.any(Number) }]);
  expect(each.map(({ node }) => node).sort()).toEqual(nodes.map(({ node }) => node.id).sort());
  expect(each.reduce((sum, node) => sum + node.stats.size, 0)).toBe(keys.length);

  const plain = await call<Stats>("stats");
  expect(Object.keys(plain.stats)).toEqual([
    "size",
    "capacity",
    "hit_rate",
    "memory_usage",
    "total_gets",
    "total_hits",
    "total_sets",
    "total_removes",
  ]);
  const one = await call<Stats>("stats", { this_node: true });
  expect(one.nodes).toBeUndefined();
  expect(one.stats.size).toBeLessThan(keys.length);
  const spaces = await call<{ namespaces: object[] }>("stats", { all_namespaces: true });
  expect(spaces.namespaces).toEqual([
    { namespace: "", stats: expect.objectContaining({ size: keys.length }) },
    ...["mesh-results", "mesh-counters", "mesh-outcomes"].map((namespace) => ({
      namespace,
      stats: expect.objectContaining({ size: 0, capacity: 300_000 }),
    })),
  ]);
});

test.each(["asc", "desc"])("pages in key order, by cursor and by offset, are those of one node (%s)", async (order) => {
  const odd = ["\ud83d\ude00", "\uffff", "ключ", "a b", "__proto__"];
  const all = [...keys, ...odd].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (order === "desc") all.reverse();
  await fill(all);

  expect(keysOf(await call<Page>("list", { order }))).toEqual(all);
  for (const limit of [1, 7, 45, 100]) {
    const paged: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page: Page = await call<Page>("list", { order, cursor, limit });
      expect(page.total_count).toBe(all.length);
      paged.push(...keysOf(page));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all);
  }
  for (const [offset, limit] of [
    [0, 0],
    [1, 3],
    [20, 20],
    [44, 5],
    [45, 5],
    [1_000, 1],
  ] as const) {
    const page = await call<Page>("list", { order, offset, limit });
    expect(page).toMatchObject({ offset, limit, total_count: all.length, has_more: offset + limit < all.length });
    expect(keysOf(page)).toEqual(all.slice(offset, offset + limit));
  }
});

test("a filter, values and details come through; what is wrong is refused as by one node", async () => {
  await fill(keys);

  const filter = { filter_type: "pattern", filter_prefix: "key-", filter_suffix: "3" };
  const page = await call<Page>("list", { ...filter, details: true, limit: 2 });

  expect(page).toMatchObject({
    items: [
      { key: "key-03", value: "key-03", entry_version: expect.any(Number), ttl_left_ms: null },
      { key: "key-13", value: "key-13" },
    ],
    total_count: 4,
    has_more: true,
    next_cursor: "key-13",
  });
  await expect(call("list", { limit: -1 })).rejects.toMatchObject({
    message: "Invalid input: limit must be a whole number, 0 or more",
  });
  await expect(call("list", { this_node: "yes" })).rejects.toMatchObject({ reason: "INVALID_ARGUMENT" });
});

test("a far page is found by questions about single keys", async () => {
  const many = Array.from({ length: 1_900 }, (_, i) => `n${String(i).padStart(5, "0")}`);
  for (let i = 0; i < many.length; i += 950) await fill(many.slice(i, i + 950));

  const page = await call<Page>("list", { offset: 1_500, limit: 3 });

  expect(keysOf(page)).toEqual(many.slice(1_500, 1_503));
  expect(page).toMatchObject({ total_count: many.length, has_more: true });
});

test("a node that joins takes over few keys, and one that leaves gives them back", async () => {
  const many = Array.from({ length: 300 }, (_, i) => `m${i}`);
  await fill(many);
  const missing = async () => {
    const { results } = await call<Batch>("get_many", { keys: many });
    return results.filter(({ found }) => found !== true).length;
  };
  expect(await missing()).toBe(0);

  const joined = await join();
  const moved = await missing();
  await joined.close();
  nodes.pop();
  await known(3);

  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(300 / 4 + 45); // three standard deviations and more
  expect(await missing()).toBe(0);
});
