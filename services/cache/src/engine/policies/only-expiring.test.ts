import { describe, expect, test } from "@jest/globals";
import { Reason } from "@weft/core";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { storeValue } from "../../store/stored-value.js";
import { createMemoryStore, type MemoryStore } from "../memory-store.js";
import { type PolicyName, policies } from "./policies.js";

const names = Object.keys(policies) as PolicyName[];
const value = (bytes = 1) => storeValue("bytes", Buffer.alloc(bytes));
const full = expect.objectContaining({ reason: Reason.CacheFull });

describe.each(names)("entries that never expire are spared: %s", (eviction) => {
  const storeOf = (limits: { capacity: number; maxBytes?: number }) => {
    const clock = fakeClock();
    return createMemoryStore({ ...limits, eviction, evictable: "expiring", clock });
  };
  const keysOf = async (store: MemoryStore) =>
    (await store.list({ offset: 0, descending: false })).rows.map((row) => row.key);

  test("those with a time to live go, and where there is none the write is refused", async () => {
    const store = storeOf({ capacity: 3 });
    store.set("lasting", value());
    store.set("a", value(), { ttl: 1_000 });
    store.set("b", value(), { idleMs: 1_000 });

    store.set("c", value());
    store.set("d", value());

    expect(await keysOf(store)).toEqual(["c", "d", "lasting"]);
    expect(() => store.set("e", value(), { ttl: 1_000 })).toThrow(full);
    expect(store.set("d", value())).toMatchObject({ stored: true }); // no room needed
    expect(store.stats()).toMatchObject({ size: 3, refusals: 1, removals: { evict: 2 } });
  });

  test("a time to live that is given, taken or kept counts from then on", async () => {
    const store = storeOf({ capacity: 2 });
    store.set("a", value(), { ttl: 1_000 });
    store.set("b", value());
    store.changeTtl("a", "persist");
    expect(() => store.set("c", value())).toThrow(full);

    store.changeTtl("b", { ttlMs: 1_000 });
    store.set("c", value());
    expect(await keysOf(store)).toEqual(["a", "c"]);

    store.set("a", value(), { ttl: 1_000 });
    store.increment("n", 1n);
    expect(await keysOf(store)).toEqual(["c", "n"]);
    store.clear();
    store.set("x", value(), { ttl: 1_000 });
    store.set("y", value());
    store.set("z", value());
    expect(await keysOf(store)).toEqual(["y", "z"]);
  });

  test("an entry that grows does not go for itself", () => {
    const store = storeOf({ capacity: 10, maxBytes: 2_000 });
    store.set("lasting", value(1_000));
    store.set("growing", value(100), { ttl: 1_000 });

    expect(() => store.set("growing", value(1_200), { ttl: 1_000 })).toThrow(full);

    expect(store.get("growing")?.value.held).toHaveLength(100);
    store.remove("lasting");
    expect(store.set("growing", value(1_200), { ttl: 1_000 })).toMatchObject({ stored: true });
  });

  test("whatever happens, none that lasts goes, and all are saved (seed 5)", () => {
    const random = seededRandom(5);
    const store = storeOf({ capacity: 300 });
    const lasting = new Set<string>();
    for (let step = 0; step < 5_000; step++) {
      const key = `k${Math.floor(random() * 600)}`;
      const kind = random();
      if (kind < 0.4) store.get(key);
      else if (kind < 0.45) {
        store.remove(key);
        lasting.delete(key);
      } else if (kind < 0.5 && lasting.size < 200) {
        store.set(key, value());
        lasting.add(key);
      } else {
        store.set(key, value(), { ttl: 1_000 });
        lasting.delete(key);
      }
    }

    const kept = [...store.saved()];
    expect(kept).toHaveLength(store.stats().size);
    expect(
      kept
        .filter(({ leftMs }) => leftMs === Number.POSITIVE_INFINITY)
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...lasting].sort());
  });
});
