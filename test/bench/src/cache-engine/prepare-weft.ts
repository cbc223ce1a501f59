import { createMemoryStore, type MemoryStore, turnClock } from "@weft/cache";
import { systemClock } from "@weft/core";
import type { Subject } from "../fresh-process.js";
import { type EngineWork, freshValues, keysOf, randomOrder, ttlMs, valuesOf } from "./work.js";

const mask = 2 ** 20 - 1;

export function prepare({ kind, entries }: EngineWork): Subject {
  const store = createMemoryStore({ capacity: entries, clock: turnClock(systemClock) });
  const keys = keysOf(entries, "user");
  const values = valuesOf(entries);
  for (const [i, key] of keys.entries()) store.set(key, values[i] as (typeof values)[number], { ttl: ttlMs });
  switch (kind) {
    case "get":
      return gets(store, keys);
    case "list page":
      return pages(store, keys);
    default:
      return sets(store, kind === "set ttl" ? keys : keysOf(entries * 2, "more"));
  }
}

function gets(store: MemoryStore, keys: readonly string[]): Subject {
  const order = randomOrder(keys.length);
  let i = 0;
  return {
    prove: () => expectSize(store, keys.length),
    batch(times) {
      let length = 0;
      for (let left = times; left > 0; left--)
        length += store.value(keys[order[i++ & mask] as number] as string)?.held.length ?? 0;
      if (length !== times * 100) throw new Error("a key was not found");
    },
  };
}

function sets(store: MemoryStore, keys: readonly string[]): Subject {
  const isEvicting = keys.length > store.stats().size;
  const order = isEvicting ? undefined : randomOrder(keys.length);
  const values = valuesOf(freshValues);
  let i = 0;
  return {
    prove: () => expectSize(store, isEvicting ? keys.length / 2 : keys.length),
    batch(times) {
      let version = 0;
      for (let left = times; left > 0; left--) {
        const at = order === undefined ? i % keys.length : (order[i & mask] as number);
        const value = values[i++ % freshValues] as (typeof values)[number];
        version = store.set(keys[at] as string, value, { ttl: ttlMs }).version;
      }
      if (version < times) throw new Error("a set was not stored");
      if (isEvicting) expectSize(store, keys.length / 2);
    },
  };
}

function pages(store: MemoryStore, keys: readonly string[]): Subject {
  const [value] = valuesOf(1) as [ReturnType<typeof valuesOf>[number]];
  const query = { prefix: "user:042:", descending: false, offset: 0, limit: 10 };
  return {
    async prove() {
      const { rows, totalCount } = await store.list(query);
      if (rows.length !== 10 || totalCount !== keys.length / 100) throw new Error(`${rows.length} of ${totalCount}`);
    },
    async batch(times) {
      let rows = 0;
      for (let left = times; left > 0; left--) {
        store.set(`user:042:0000${left % 10}x`, value);
        rows += (await store.list(query)).rows.length;
      }
      if (rows !== times * 10) throw new Error("a page is not whole");
    },
  };
}

function expectSize(store: MemoryStore, size: number): void {
  if (store.stats().size !== size) throw new Error(`${store.stats().size} entries instead of ${size}`);
}
