import { describe, expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import type { Query } from "../store/query.js";
import { storeValue } from "../store/stored-value.js";
import { createMemoryStore } from "./memory-store.js";

const value = storeValue("json", Buffer.from("1"));

function storeWith(keys: readonly string[]) {
  const clock = fakeClock();
  const store = createMemoryStore({ capacity: 100_000, clock });
  for (const key of keys) store.set(key, value);
  const list = async (query: Partial<Query>) => {
    const { rows, ...page } = await store.list({ descending: false, offset: 0, ...query });
    return { keys: rows.map(({ key }) => key).join(), ...page };
  };
  return { store, clock, list };
}

describe("pages", () => {
  test.each<[Partial<Query>, string, number, boolean]>([
    [{}, "a,ab,aba,b,ba", 5, false],
    [{ descending: true }, "ba,b,aba,ab,a", 5, false],
    [{ limit: 2 }, "a,ab", 5, true],
    [{ offset: 3, limit: 2 }, "b,ba", 5, false],
    [{ offset: 1, limit: 1, descending: true }, "b", 5, true],
    [{ limit: 0 }, "", 5, true],
    [{ offset: 5, limit: 0 }, "", 5, false],
    [{ offset: Number.MAX_SAFE_INTEGER, limit: Number.MAX_SAFE_INTEGER }, "", 5, false],
    [{ prefix: "" }, "a,ab,aba,b,ba", 5, false],
    [{ prefix: "ab" }, "ab,aba", 2, false],
    [{ prefix: "A" }, "", 0, false],
    [{ suffix: "a" }, "a,aba,ba", 3, false],
    [{ suffix: "a", descending: true, limit: 2 }, "ba,aba", 3, true],
    [{ prefix: "ab", suffix: "ba" }, "aba", 1, false], // the two may overlap
    [{ after: "ab", limit: 2 }, "aba,b", 5, true],
    [{ after: "aaa" }, "ab,aba,b,ba", 5, false],
    [{ after: "ab", descending: true }, "a", 5, false],
    [{ prefix: "a", after: "ab" }, "aba", 3, false],
    [{ prefix: "b", after: "a" }, "b,ba", 2, false],
    [{ suffix: "a", after: "aba" }, "ba", 3, false],
    [{ suffix: "a", after: "ba", descending: true, offset: 1 }, "a", 3, false],
  ])("%j", async (query, keys, totalCount, hasMore) => {
    const { list } = storeWith(["b", "a", "aba", "ba", "ab"]);

    expect(await list(query)).toEqual({ keys, totalCount, hasMore });
  });
});

test("keys stand by code point, also when the first one above U+FFFF comes late", async () => {
  const { store, list } = storeWith(["\uff5e", "a", "\ue000"]);
  expect((await list({})).keys).toBe("a,\ue000,\uff5e");

  store.set("\u{1f600}", value);
  store.set("\uffff", value);

  expect((await list({})).keys).toBe("a,\ue000,\uff5e,\uffff,\u{1f600}");
  expect((await list({ prefix: "\u{1f600}" })).totalCount).toBe(1);
});

test("what comes and goes between two lists is in the next one", async () => {
  const { store, clock, list } = storeWith(["a", "b", "c"]);
  await list({});
  store.remove("a");
  store.set("d", value, { ttl: 10 });
  store.set("e", value);
  store.remove("e");
  expect((await list({})).keys).toBe("b,c,d");

  clock.advance(11);
  expect((await list({})).keys).toBe("b,c");
  store.clear();
  store.set("z", value);
  expect((await list({})).keys).toBe("z");
});

test("many keys are put in order in slices, with those that come meanwhile", async () => {
  const { store, list } = storeWith(Array.from({ length: 20_000 }, (_, i) => `k${String(i).padStart(5, "0")}`));

  const first = list({ limit: 1, suffix: "9" });
  store.set("a9", value);
  store.remove("k00009");

  expect(await first).toMatchObject({ keys: "a9", totalCount: 2_000 });
  for (let i = 0; i < 30_000; i++) store.set(`m${i}`, value); // more than is worth noting
  expect(await list({ prefix: "m", limit: 0 })).toMatchObject({ totalCount: 30_000 });
});
