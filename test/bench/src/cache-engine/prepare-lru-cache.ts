import type { StoredValue } from "@weft/cache";
import { LRUCache } from "lru-cache";
import type { Subject } from "../fresh-process.js";
import { type EngineWork, freshValues, keysOf, randomOrder, ttlMs, valuesOf } from "./work.js";

const mask = 2 ** 20 - 1;

export function prepare({ kind, entries }: EngineWork): Subject {
  const cache = new LRUCache<string, StoredValue>({ max: entries, ttl: ttlMs });
  const keys = keysOf(entries, "user");
  const values = valuesOf(entries);
  for (const [i, key] of keys.entries()) cache.set(key, values[i] as (typeof values)[number], { ttl: ttlMs });
  if (kind === "get") return gets(cache, keys);
  return sets(cache, kind === "set ttl" ? keys : keysOf(entries * 2, "more"));
}

function gets(cache: LRUCache<string, StoredValue>, keys: readonly string[]): Subject {
  const order = randomOrder(keys.length);
  let i = 0;
  return {
    prove: () => expectSize(cache, keys.length),
    batch(times) {
      let length = 0;
      for (let left = times; left > 0; left--)
        length += cache.get(keys[order[i++ & mask] as number] as string)?.held.length ?? 0;
      if (length !== times * 100) throw new Error("a key was not found");
    },
  };
}

function sets(cache: LRUCache<string, StoredValue>, keys: readonly string[]): Subject {
  const isEvicting = keys.length > cache.size;
  const order = isEvicting ? undefined : randomOrder(keys.length);
  const values = valuesOf(freshValues);
  let i = 0;
  return {
    prove: () => expectSize(cache, isEvicting ? keys.length / 2 : keys.length),
    batch(times) {
      for (let left = times; left > 0; left--) {
        const at = order === undefined ? i % keys.length : (order[i & mask] as number);
        const value = values[i++ % freshValues] as (typeof values)[number];
        cache.set(keys[at] as string, value, { ttl: ttlMs });
      }
      if (isEvicting) expectSize(cache, keys.length / 2);
    },
  };
}

function expectSize(cache: LRUCache<string, StoredValue>, size: number): void {
  if (cache.size !== size) throw new Error(`${cache.size} entries instead of ${size}`);
}
