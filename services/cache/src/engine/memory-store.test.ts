import { describe, expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { storeValue } from "../store/stored-value.js";
import { createMemoryStore, type MemoryStore } from "./memory-store.js";
import { largestCapacity } from "./memory-store-options.js";

const value = storeValue("json", Buffer.from("1"));
const everything = { descending: false, offset: 0 };
const keys = async (store: MemoryStore) => (await store.list(everything)).rows.map(({ key }) => key);

function storeOf(capacity: number) {
  const clock = fakeClock();
  return { clock, store: createMemoryStore({ capacity, clock }) };
}

describe("eviction", () => {
  test("a full store gives up the least recent entry for a new key", async () => {
    const { store } = storeOf(2);
    for (const key of ["a", "b", "c"]) store.set(key, value);

    expect(await keys(store)).toEqual(["b", "c"]);
  });

  test("a hit and an overwrite make an entry the most recent, a look whether it exists does not", async () => {
    const { store } = storeOf(5);
    for (const key of ["a", "b", "c", "d", "e"]) store.set(key, value);

    store.get("a");
    store.set("b", value);
    store.has("c");
    store.value("d");
    store.set("f", value);
    store.set("g", value);

    expect(await keys(store)).toEqual(["a", "b", "d", "f", "g"]);
  });

  test("an expired entry goes before any live one, however recent it was", async () => {
    const { store, clock } = storeOf(3);
    store.set("old", value);
    store.set("older ttl", value, { ttl: 10 });
    store.set("ttl", value, { ttl: 20 });
    clock.advance(15);

    store.set("new", value);

    expect(await keys(store)).toEqual(["new", "old", "ttl"]);
  });

  test("an entry that expired under a hit leaves the order of the others", async () => {
    const { store, clock } = storeOf(3);
    store.set("a", value);
    store.set("gone", value, { ttl: 1 });
    store.set("b", value);
    clock.advance(2);

    store.get("gone");
    for (const key of ["c", "d"]) store.set(key, value);

    expect(await keys(store)).toEqual(["b", "c", "d"]);
  });
});

describe("capacity", () => {
  test("a huge capacity takes no memory before there are entries", async () => {
    const before = process.memoryUsage().arrayBuffers;

    const store = createMemoryStore({ capacity: largestCapacity, clock: fakeClock() });

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000);
    expect(store.stats().capacity).toBe(largestCapacity);
  });

  test.each([0, -1, 1.5, Number.NaN, largestCapacity + 1])("%p is refused", (capacity) => {
    expect(() => createMemoryStore({ capacity, clock: fakeClock() })).toThrow("capacity must be a whole number");
  });

  test("the columns grow with the entries", async () => {
    const { store, clock } = storeOf(10_000);
    for (let i = 0; i < 12_000; i++) store.set(`k${i}`, value, { ttl: 1_000 + i });

    expect(store.stats().size).toBe(10_000);
    expect(store.get("k1999")).toBeUndefined();
    expect(store.get("k2000")?.version).toBe(2_001);
    clock.advance(5_000);
    expect(await store.cleanup()).toBe(2_000);
  });
});

describe("bytes", () => {
  test("what is used follows every write and removal, and is nothing in an empty store", async () => {
    const { store, clock } = storeOf(3);
    const bytesUsed = () => store.stats().bytesUsed;
    store.set("a", storeValue("bytes", Buffer.alloc(10)));
    const one = bytesUsed();
    store.set("a", storeValue("bytes", Buffer.alloc(30)));
    expect(bytesUsed()).toBe(one + 20);
    store.set("é", storeValue("bytes", Buffer.alloc(10), "image/png"));
    expect(bytesUsed()).toBe(one + 20 + one + "image/png".length + 1);

    store.remove("a");
    store.remove("é");
    expect(bytesUsed()).toBe(0);
    for (const key of ["a", "b", "c", "d"]) store.set(key, value, { ttl: 5 });
    clock.advance(6);
    store.get("b");
    store.clear();
    expect(bytesUsed()).toBe(0);
  });
});

test("a key that was removed and set again does not get an old version back", async () => {
  const { store } = storeOf(3);
  const { version: first } = store.set("a", value);
  store.remove("a");

  expect(store.set("a", value).version).toBeGreaterThan(first);
});

test("a cleanup of many lets other work run in between, and takes what expires meanwhile too", async () => {
  const { store, clock } = storeOf(50_000);
  for (let i = 0; i < 20_000; i++) store.set(`k${i}`, value, { ttl: 10 });
  store.set("later", value, { ttl: 20 });
  clock.advance(15);

  const cleaning = store.cleanup();
  expect(store.stats().size).toBeGreaterThan(1);
  clock.advance(10);

  expect(await cleaning).toBe(20_001);
  expect(store.stats().size).toBe(0);
});

test("a cleared store is as good as new", async () => {
  const { store, clock } = storeOf(600);
  for (let i = 0; i < 600; i++) store.set(`k${i}`, value, { ttl: 10 });
  expect(store.clear()).toBe(600);

  store.set("a", value);
  clock.advance(100);

  expect(await store.cleanup()).toBe(0);
  expect(await keys(store)).toEqual(["a"]);
});
