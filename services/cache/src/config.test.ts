import { describe, expect, test } from "@jest/globals";
import { readConfig } from "@weft/core";
import { cacheSettings } from "./config.js";

const read = (env: Record<string, string>, flags: Record<string, unknown> = {}) =>
  readConfig(cacheSettings, { env, flags });

test("nothing said: a thousand entries that never expire, for everybody", () => {
  const settings = read({});

  expect(settings).toMatchObject({ capacity: 1_000, permission: "public", listen: "127.0.0.1:7410" });
  expect(settings.default_ttl).toBeUndefined();
});

test("the environment's digits are numbers", () => {
  const settings = read({ WEFT_CACHE_CAPACITY: "50", WEFT_CACHE_DEFAULT_TTL: "60" });

  expect(settings).toMatchObject({ capacity: 50, default_ttl: 60 });
});

describe("a bad value has the cache's own text", () => {
  const capacity = { invalid: "Invalid capacity value", small: "Capacity must be a positive number" };
  const ttl = { invalid: "Invalid default_ttl value", small: "Default TTL must be a positive number" };

  test.each([
    ...["abc", "2.5", "2.0", "1e3", " 5", "0x10", "Infinity"].map((text) => [text, capacity.invalid, ttl.invalid]),
    ...["0", "-1"].map((text) => [text, capacity.small, ttl.small]),
  ])("from the environment: %j", (text, ofCapacity, ofTtl) => {
    expect(() => read({ WEFT_CACHE_CAPACITY: text })).toThrow(`WEFT_CACHE_CAPACITY: ${ofCapacity}`);
    expect(() => read({ WEFT_CACHE_DEFAULT_TTL: text })).toThrow(`WEFT_CACHE_DEFAULT_TTL: ${ofTtl}`);
  });

  test.each([
    ...["5", null, 2.5, true, [], -2.5].map((value) => [value, capacity.invalid, ttl.invalid] as const),
    ...[0, -1].map((value) => [value, capacity.small, ttl.small] as const),
  ])("from code or a file: %j", (value, ofCapacity, ofTtl) => {
    expect(() => read({}, { capacity: value })).toThrow(ofCapacity);
    expect(() => read({}, { default_ttl: value })).toThrow(ofTtl);
  });

  test("more than a store holds", () => {
    expect(() => read({ WEFT_CACHE_CAPACITY: "67108865" })).toThrow("Capacity must be at most 67108864");
  });
});

test("all problems come at once, the capacity's first", () => {
  expect(() => read({ WEFT_CACHE_CAPACITY: "0", WEFT_CACHE_DEFAULT_TTL: "x" })).toThrow(
    /Capacity must be a positive number.*\n.*Invalid default_ttl value/,
  );
});

test("namespaces are JSON with limits of their own, each told by its name", () => {
  const namespaces = '{"sessions":{"capacity":5,"eviction":"sieve"},"pages":{"max_bytes":1000}}';

  expect(read({ WEFT_CACHE_NAMESPACES: namespaces }).namespaces).toMatchObject({
    sessions: { capacity: 5, eviction: "sieve", evictable: "all" },
    pages: { capacity: 1_000, eviction: "lru", evictable: "all", max_bytes: 1_000 },
  });
  expect(() => read({ WEFT_CACHE_NAMESPACES: '{"sessions":{"capacity":0}}' })).toThrow(
    "WEFT_CACHE_NAMESPACES.sessions.capacity: Capacity must be a positive number, got 0",
  );
  expect(() => read({ WEFT_CACHE_NAMESPACES: '{"Bad name":{}}' })).toThrow("WEFT_CACHE_NAMESPACES");
  expect(() => read({ WEFT_CACHE_NAMESPACES: '{"a":{"ttl":1}}' })).toThrow("WEFT_CACHE_NAMESPACES");
  expect(() => read({ WEFT_CACHE_NAMESPACES: "sessions" })).toThrow("WEFT_CACHE_NAMESPACES");
});

test("the mesh has namespaces of its own, with room that does not depend on that of clients", () => {
  const results = { capacity: 100_000, max_bytes: 67_108_864, eviction: "lru", evictable: "all" };
  const own = {
    "mesh-results": results,
    "mesh-counters": { ...results, max_bytes: 33_554_432 },
    "mesh-outcomes": { ...results, eviction: "none" },
  };

  expect(read({ WEFT_CACHE_CAPACITY: "5" }).namespaces).toEqual(own);
  expect(read({ WEFT_CACHE_NAMESPACES: '{"mesh-results":{"capacity":7}}' }).namespaces).toEqual({
    ...own,
    "mesh-results": { ...results, capacity: 7 },
  });
  expect(() => read({ WEFT_CACHE_NAMESPACES: '{"mesh-results":7}' })).toThrow("WEFT_CACHE_NAMESPACES.mesh-results: ");
  expect(() => read({ WEFT_CACHE_NAMESPACES: '{"mesh-results":{"capacity":0}}' })).toThrow(
    "WEFT_CACHE_NAMESPACES.mesh-results.capacity: Capacity must be a positive number, got 0",
  );
});

test("in redis any entry may go, and the least recent does", () => {
  const redis = { WEFT_CACHE_STORE: "redis" };

  expect(() => read({ ...redis, WEFT_CACHE_EVICTABLE: "expiring" })).toThrow(
    "WEFT_CACHE_EVICTABLE: evictable must be all with the store redis",
  );
  expect(() => read({ ...redis, WEFT_CACHE_NAMESPACES: '{"a":{"evictable":"expiring"}}' })).toThrow(
    "WEFT_CACHE_NAMESPACES: evictable must be all with the store redis",
  );
  expect(read({ WEFT_CACHE_EVICTABLE: "expiring" })).toMatchObject({ evictable: "expiring" });
});
