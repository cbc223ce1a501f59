import { describe, expect, test } from "@jest/globals";
import { Code, type Logger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { Change } from "../store/change.js";
import { storeValue } from "../store/stored-value.js";
import { createMemoryStore } from "./memory-store.js";
import type { MemoryStoreOptions } from "./memory-store-options.js";
import { nearLimitEvent } from "./near-limit.js";

const value = storeValue("json", Buffer.from("1"));
const sized = (length: number) => storeValue("bytes", Buffer.alloc(length));

function storeOf(options: Partial<MemoryStoreOptions> = {}) {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 100, clock, random: () => 0.5, ...options });
  const changes: Change[] = [];
  store.watch({ started() {}, changed: (change) => changes.push(change), lost() {} });
  return { clock, store, changes };
}

function errorOf(action: () => unknown): WeftError {
  try {
    action();
  } catch (error) {
    if (error instanceof WeftError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("limits", () => {
  test("an entry or a key that is too large is refused, and what was there stays", () => {
    const { store } = storeOf({ maxBytes: 10_000, maxEntryBytes: 1_000, maxKeyBytes: 4 });
    store.set("a", value);

    expect(errorOf(() => store.set("a", sized(1_000))).code).toBe(Code.InvalidArgument);
    expect(errorOf(() => store.set("ééé", value)).violations[0]?.field).toBe("key");
    expect(store.get("a")?.version).toBe(1);
    expect(store.stats()).toMatchObject({ size: 1, totalSets: 1 });
  });

  test("without eviction a write that finds no room is refused; overwrites and what expired make room", () => {
    const { store, clock } = storeOf({ capacity: 2, eviction: "none", namespace: "orders" });
    store.set("a", value, { ttl: 10 });
    store.set("b", value);

    const error = errorOf(() => store.set("c", value));
    expect(error.code).toBe(Code.ResourceExhausted);
    expect(error.message).toBe("cache namespace orders is full: its limit of entries is reached");
    store.set("b", value);
    clock.advance(11);
    store.set("c", value);

    expect(store.stats()).toMatchObject({ size: 2, refusals: 1, removals: { evict: 0, expire: 1, overwrite: 1 } });
  });

  test.each(["lru", "sieve", "w-tinylfu"] as const)("bytes stay within the limit when values grow: %s", (eviction) => {
    const { store } = storeOf({ maxBytes: 5_000, eviction });
    for (let i = 0; i < 400; i++) {
      store.set(`k${i % 7}`, sized((i * 37) % 2_000));
      expect(store.stats().bytesUsed).toBeLessThanOrEqual(5_000);
      expect(store.has(`k${i % 7}`)).toBe(true);
    }
  });

  test("90 % of a limit are told once, and again after it fell below 80 %", () => {
    const lines: object[] = [];
    const nothing = () => {};
    const logger: Logger = { debug: nothing, info: nothing, warn: (fields) => lines.push(fields), error: nothing };
    const told: unknown[] = [];
    const listen = (message: unknown) => told.push(message);
    nearLimitEvent.subscribe(listen);
    const { store } = storeOf({ capacity: 10, namespace: "n", logger });

    for (let i = 0; i < 12; i++) store.set(`k${i}`, value);
    for (let i = 5; i < 8; i++) store.remove(`k${i}`);
    for (let i = 0; i < 12; i++) store.set(`k${i}`, value);
    nearLimitEvent.unsubscribe(listen);

    const near = { namespace: "n", limit: "entries", used: 9, max: 10 };
    expect(told).toEqual([near, near]);
    expect(lines).toEqual([expect.objectContaining(near), expect.objectContaining(near)]);
  });
});

describe("times to live", () => {
  test("a get begins the idle time anew, up to the end of the TTL", () => {
    const { store, clock } = storeOf();
    store.set("a", value, { ttl: 100, idleMs: 30 });

    for (let i = 0; i < 4; i++) {
      clock.advance(25);
      expect(store.get("a")).toBeDefined();
    }
    clock.advance(1);
    expect(store.get("a")).toBeUndefined();
  });

  test("a TTL is read, set, lengthened, ended and taken away without a new version", () => {
    const { store, clock } = storeOf();
    store.set("a", value);
    expect(store.ttl("a")).toEqual({});
    expect(store.changeTtl("a", { addMs: 5 })).toEqual({});
    expect(store.changeTtl("a", { ttlMs: 100 })).toEqual({ leftMs: 100 });
    clock.advance(40);
    expect(store.changeTtl("a", { addMs: 20 })).toEqual({ leftMs: 80 });
    expect(store.changeTtl("a", "persist")).toEqual({});
    expect(store.get("a")?.version).toBe(1);

    store.changeTtl("a", { ttlMs: 10 });
    expect(store.changeTtl("a", { addMs: -10 })).toEqual({ leftMs: 0 });
    expect(store.ttl("a")).toBeUndefined();
    expect(store.changeTtl("a", "persist")).toBeUndefined();
  });

  test("a watcher hears of an entry that is to live longer or shorter: its copies are to do the same", () => {
    const { store, changes } = storeOf();
    store.set("a", value);
    store.changeTtl("a", { ttlMs: 10 });

    expect(changes.map(({ kind, key, version }) => [kind, key, version])).toEqual([
      ["set", "a", 1],
      ["set", "a", 1],
    ]);
  });
});

describe("increments", () => {
  test("count from an initial value, keep the TTL, and are exact beyond 2^53", () => {
    const { store } = storeOf();

    expect(store.increment("n", 2n ** 60n, { initial: 5n, ttl: 1_000 })).toEqual({ value: 2n ** 60n + 5n, version: 1 });
    expect(store.increment("n", -5n)).toEqual({ value: 2n ** 60n, version: 2 });
    expect(store.ttl("n")).toEqual({ leftMs: 1_000 });
    expect(store.get("n")?.value.held).toBe(String(2n ** 60n));
  });

  test("what is no integer of 64 bits, or would be none, is refused", () => {
    const { store } = storeOf();
    store.set("text", storeValue("json", Buffer.from('"1"')));
    store.set("most", storeValue("json", Buffer.from(String(2n ** 63n - 1n))));

    expect(errorOf(() => store.increment("text", 1n)).code).toBe(Code.FailedPrecondition);
    expect(errorOf(() => store.increment("most", 1n)).code).toBe(Code.OutOfRange);
    expect(store.increment("most", 0n).value).toBe(2n ** 63n - 1n);
  });
});

describe("leases", () => {
  const terms = { leaseMs: 100 };

  test("one caller computes, others wait; the value ends it", () => {
    const { store, clock } = storeOf();
    const granted = store.lease("k", terms);
    if (granted.state !== "granted") throw new Error(granted.state);
    clock.advance(40);

    expect(store.lease("k", terms)).toEqual({ state: "taken", leftMs: 60 });
    expect(store.set("k", value, { leaseToken: "other" })).toEqual({ stored: false, reason: "lease", version: 0 });
    expect(store.set("k", value, { leaseToken: granted.token }).stored).toBe(true);
    expect(store.lease("k", terms)).toMatchObject({ state: "hit", entry: { version: 1 } });
    expect(store.stats()).toMatchObject({ totalGets: 3, totalHits: 1 });
  });

  test.each<[string, (store: ReturnType<typeof storeOf>["store"]) => unknown]>([
    ["a write", (store) => store.set("k", value)],
    ["a removal", (store) => store.remove("k")],
    ["a clear", (store) => store.clear()],
  ])("%s in between makes its token worthless", (_name, act) => {
    const { store } = storeOf();
    const granted = store.lease("k", terms);

    act(store);

    const leaseToken = granted.state === "granted" ? granted.token : "";
    expect(store.set("k", value, { leaseToken })).toMatchObject({ stored: false, reason: "lease" });
    expect(store.release("k", leaseToken)).toBe(false);
  });

  test("one that runs out or is given back goes to the next", () => {
    const { store, clock } = storeOf();
    store.lease("k", terms);
    clock.advance(100);
    const second = store.lease("k", terms);
    expect(second.state).toBe("granted");

    expect(store.release("k", second.state === "granted" ? second.token : "")).toBe(true);
    expect(store.lease("k", terms).state).toBe("granted");
  });

  test("what expired is stale for them alone, for as long as its writer said", async () => {
    const { store, clock, changes } = storeOf();
    store.set("k", value, { ttl: 10, staleMs: 50, tags: ["t"] });
    clock.advance(11);

    expect(store.get("k")).toBeUndefined();
    expect(store.has("k")).toBe(false);
    expect((await store.list({ descending: false, offset: 0 })).totalCount).toBe(0);
    expect(store.lease("k", terms)).toMatchObject({ state: "granted", stale: { version: 1 } });
    expect(store.lease("k", terms)).toMatchObject({ state: "taken", stale: { version: 1 } });
    expect(changes.map(({ kind }) => kind)).toEqual(["set", "expire"]);
    expect(await store.removeMatching({ tag: "t" })).toBe(0);
    store.set("k", value, { ttl: 10, staleMs: 50 });
    clock.advance(61);
    expect(store.lease("k", terms)).not.toHaveProperty("stale");
    expect(store.stats().size).toBe(0);
  });

  test("stale entries go before live ones", () => {
    const { store, clock } = storeOf({ capacity: 2 });
    store.set("live", value);
    store.set("stale", value, { ttl: 10, staleMs: 1_000 });
    clock.advance(11);
    store.get("stale");

    store.set("new", value);

    expect(store.has("live")).toBe(true);
    expect(store.stats().removals).toMatchObject({ evict: 0, expire: 1 });
  });

  test("a key known to have no value is a hit for them, and nothing for others", () => {
    const { store, changes } = storeOf();
    store.set("k", value);
    store.set("k", value, { known: "absent", ttl: 10 });

    expect(store.get("k")).toBeUndefined();
    expect(store.lease("k", terms)).toEqual({ state: "hit" });
    expect(store.set("k", value, { condition: "absent" }).stored).toBe(true);
    expect(changes.map(({ kind }) => kind)).toEqual(["set", "remove", "set"]);
  });
});

test("removals by prefix and tag take what is there, in slices, and no later write", async () => {
  const { store, changes } = storeOf({ capacity: 5_000 });
  for (let i = 0; i < 2_000; i++) store.set(`a:${i}`, value, { tags: [i % 2 === 0 ? "even" : "odd"] });
  store.set("b", value, { tags: ["even"] });

  const byTag = store.removeMatching({ tag: "even" });
  store.set("a:new", value, { tags: ["even"] });
  expect(await byTag).toBe(1_001);
  const byPrefix = store.removeMatching({ prefix: "a:" });
  store.set("a:newer", value);

  expect(await byPrefix).toBe(1_001);
  expect((await store.list({ descending: false, offset: 0 })).rows.map(({ key }) => key)).toEqual(["a:newer"]);
  expect(changes.filter(({ kind }) => kind === "remove")).toHaveLength(2_002);
});

test("hot and large keys stand in the statistics", () => {
  const { store } = storeOf({ capacity: 1_000 });
  for (let i = 0; i < 500; i++) store.set(`k${i}`, sized(i === 7 ? 50_000 : 10));
  for (let i = 0; i < 20_000; i++) store.get(i % 3 === 0 ? `k${i % 500}` : "k1");
  store.set("gone", sized(90_000));
  store.remove("gone");

  const { hotKeys, largestKeys } = store.stats();

  expect(hotKeys[0]?.key).toBe("k1");
  expect(hotKeys[0]?.gets).toBeGreaterThan(10_000);
  expect(largestKeys).toEqual([{ key: "k7", bytes: expect.any(Number) }]);
});

test.each(["lru", "sieve", "w-tinylfu"] as const)("what is saved comes back as it was: %s", (eviction) => {
  const { store, clock } = storeOf({ eviction });
  store.set("a", value, { ttl: 100 });
  store.set("b", value, { idleMs: 50, ttl: 1_000, tags: ["t"] });
  store.set("stale", value, { ttl: 5, staleMs: 500 });
  store.set("none", value, { known: "absent" });
  store.set("c", value);
  store.get("a");
  clock.advance(10);
  store.get("stale");

  const later = storeOf({ eviction });
  for (const entry of store.saved()) later.store.restore(entry);

  expect(later.store.ttl("a")).toEqual({ leftMs: 90 });
  expect(later.store.ttl("b")).toEqual({ leftMs: 40, isSliding: true });
  expect(later.store.lease("stale", { leaseMs: 1 })).toMatchObject({ state: "granted", stale: { key: "stale" } });
  expect(later.store.lease("none", { leaseMs: 1 })).toEqual({ state: "hit" });
  expect(later.store.get("c")?.version).toBe(5);
  expect(later.store.set("d", value).version).toBe(6);
  expect(later.store.stats().totalSets).toBe(1);
});
