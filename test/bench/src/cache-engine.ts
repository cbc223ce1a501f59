import type { Case, Contestant, Measured } from "./benchmark.js";
import type { EngineWork } from "./cache-engine/work.js";
import { timeInFreshProcess } from "./fresh-process.js";

// V8 has compiled all of an engine after half a second, and the collector has been at work by then.
const turn = { warmUpMs: 700, measureMs: 700 };

/** What the store in memory takes for an operation, without any network. */
export const cacheEngine: readonly Case[] = [
  { name: "get", contestants: both({ kind: "get", entries: 10_000 }) },
  { name: "set ttl", contestants: both({ kind: "set ttl", entries: 10_000 }) },
  { name: "evicting set 100k", contestants: both({ kind: "evicting set", entries: 100_000 }) },
  { name: "list page 100k", contestants: [weft({ kind: "list page", entries: 100_000 })] },
  { name: "expiry 100k", contestants: [{ name: "weft engine", isOurs: true, measure: expiry }] },
];

export const cacheEngineConditions: readonly string[] = [
  "get, set ttl: 10,000 entries of 100 bytes with a TTL of 10 min, keys of 13 characters, in random order",
  "get: the value alone, as lru-cache answers it",
  "evicting set: with a TTL, keys that are not there; list page: 10 keys under a prefix that 1,000 have, one set before each",
  "expiry: the longest turn of the event loop while 100,000 entries that expired in the same millisecond are removed",
  "both caches read the clock once in a turn of the event loop (lru-cache: in a millisecond), as they do by default",
];

function both(work: EngineWork): readonly Contestant[] {
  return [weft(work), contestant("lru-cache", "prepare-lru-cache", work, false)];
}

function weft(work: EngineWork): Contestant {
  return contestant("weft engine", "prepare-weft", work, true);
}

function contestant(name: string, file: string, options: EngineWork, isOurs: boolean): Contestant {
  const module = new URL(`./cache-engine/${file}.js`, import.meta.url);
  return { name, isOurs, measure: async () => withRate(await timeInFreshProcess({ module, options }, turn)) };
}

function withRate({ ns = Number.NaN }: Measured): Measured {
  return { ns, "ops/s": 1e9 / ns };
}

/** Only the pause: how long it all takes says nothing about that. */
async function expiry(): Promise<Measured> {
  const module = new URL("./cache-engine/prepare-expiry.js", import.meta.url);
  const options: EngineWork = { kind: "expiry", entries: 100_000 };
  const { pause = Number.NaN } = await timeInFreshProcess({ module, options, nodeFlags: ["--expose-gc"] }, turn);
  return { pause };
}
