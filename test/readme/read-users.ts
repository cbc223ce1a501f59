import { createCacheClient } from "@weft/client";

/** Reads the same user over and over, as a page that is asked for often does. */
export async function readUsers(address: string): Promise<unknown[]> {
  const cache = createCacheClient(address, { near: { prefixes: ["user:"], maxEntries: 1_000 } });
  try {
    await cache.set("user:ann", { name: "Ann" }, { ttlMs: 60_000 });
    const users = [];
    for (let reads = 0; reads < 100; reads++) users.push(await cache.get("user:ann"));
    return users; // cache.near says { hits: 98, misses: 2, … }: only two of them were calls
  } finally {
    cache.close();
  }
}
