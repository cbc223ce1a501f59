import { describe, expect, test } from "@jest/globals";
import { WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { createMemoryStore } from "../engine/memory-store.js";
import { createNamespaces } from "../namespaces/namespaces.js";
import { storeValue } from "../store/stored-value.js";
import type { Action } from "./action.js";
import { type ActionName, actions } from "./registry.js";

const longText = "x".repeat(1_000);
const value = 1;

/** What an action answers to a request that it must refuse. */
async function refusalOf(name: ActionName, raw: Record<string, unknown>): Promise<WeftError> {
  const store = createMemoryStore({ capacity: 10, clock: fakeClock() });
  const action = actions[name] as object as Action;
  try {
    await action.call(createNamespaces(store), raw);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    expect(store.stats()).toMatchObject({ size: 0, totalGets: 0, totalSets: 0, totalRemoves: 0 });
    return error;
  }
  throw new Error(`${name} accepted ${JSON.stringify(raw)}`);
}

describe("the refusal names the field", () => {
  test.each<[ActionName, Record<string, unknown>, string, string]>([
    ["set", {}, "key", "Invalid input: Missing 'key' field for set action"],
    ["set", { key: "" }, "key", "Invalid input: Key cannot be empty for set action"],
    ["set", { key: 5, value }, "key", "Invalid input: Key must be a string for set action"],
    ["get", { key: null }, "key", "Invalid input: Key must be a string for get action"],
    ["set", { key: "a", ttl: 0 }, "value", "Invalid input: Missing 'value' field for set action"],
    ["set", { key: "a", value, ttl: 0 }, "ttl", "TTL must be a positive number"],
    ["set", { key: "a", value, ttl: Number.POSITIVE_INFINITY }, "ttl", "TTL must be a positive number"],
    ["set", { key: "a", value, ttl: -(10n ** 20n) }, "ttl", "TTL must be a positive number"],
    ["list", { filter_value: 5 }, "filter_value", "Invalid input: filter_value must be a string"],
    ["list", { filter_value: "a" }, "filter_value", "Invalid input: filter_value needs a filter_type that reads it"],
    [
      "list",
      { filter_type: "none", filter_suffix: "a" },
      "filter_suffix",
      "Invalid input: filter_suffix needs a filter_type that reads it",
    ],
    [
      "list",
      { filter_type: "prefix", filter_suffix: "a" },
      "filter_prefix",
      "Invalid input: Missing filter_prefix or filter_value for filter_type 'prefix'",
    ],
    [
      "list",
      { filter_type: "pattern", filter_prefix: "a", filter_value: "b" },
      "filter_suffix",
      "Invalid input: Missing filter_suffix for filter_type 'pattern'",
    ],
    [
      "list",
      { filter_type: "Prefix" },
      "filter_type",
      "Invalid input: Invalid filter_type 'Prefix'. Must be one of: none, prefix, suffix, pattern",
    ],
    ["list", { order: "DESC" }, "order", "Invalid input: Invalid order 'DESC'. Must be one of: asc, desc"],
    ["list", { limit: -1 }, "limit", "Invalid input: limit must be a whole number, 0 or more"],
    ["list", { limit: 1e300 }, "limit", "Invalid input: limit must be a whole number, 0 or more"],
    ["list", { offset: 0.5 }, "offset", "Invalid input: offset must be a whole number, 0 or more"],
    ["list", { offset: "1" }, "offset", "Invalid input: offset must be a whole number, 0 or more"],
  ])("%s %j", async (name, raw, field, description) => {
    const error = await refusalOf(name, raw);

    expect(error.message).toBe(description);
    expect(error.reason).toBe("INVALID_ARGUMENT");
    expect(error.violations).toEqual([{ field, description }]);
  });

  test("a long wrong word does not make a long message", async () => {
    const error = await refusalOf("list", { filter_type: longText });

    expect(error.message.length).toBeLessThan(256);
  });
});

test("a TTL beyond the range is the longest there is, not a short one", async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 10, clock });
  const namespaces = createNamespaces(store);
  for (const ttl of [1e300, 10n ** 30n, Number.MAX_SAFE_INTEGER])
    actions.set.call(namespaces, { key: `${ttl}`, value, ttl });

  clock.advance(1e15);

  expect(await store.cleanup()).toBe(0);
});

test("a cleanup of many lets other work run in between and takes what expires meanwhile too", async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 50_000, clock });
  for (let i = 0; i < 20_000; i++) store.set(`k${i}`, storeValue("json", Buffer.from("1")), { ttl: 10 });
  store.set("later", storeValue("json", Buffer.from("1")), { ttl: 20 });
  clock.advance(15);

  const cleaning = actions.cleanup.call(createNamespaces(store), {});
  expect(store.stats().size).toBeGreaterThan(1);
  clock.advance(10);

  expect(await cleaning).toEqual({ cleanedCount: 20_001 });
  expect(store.stats().size).toBe(0);
});
