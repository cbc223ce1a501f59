import type { Case, Contestant, Measured, Turn } from "./benchmark.js";
import type { EngineWork } from "./cache-engine/work.js";
import { timeInFreshProcess } from "./fresh-process.js";
import { loadTurns } from "./load/turns.js";
import { shared, timeSideBySide } from "./side-by-side.js";

// V8 has compiled all of an engine after half a second, and the collector has been at work by then.
const turn = { warmUpMs: 700, measureMs: 700 };

// A process has its place in memory, which alone makes a get slower or faster by 15 %: so there are several.
const sideBySide = { warmUpMs: 500, measureMs: 350 };
const processes = 3;

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
  "beside lru-cache: in processes that live at the same time and have 5 ms each in turn, three of each in a round",
  "evicting set: with a TTL, keys that are not there; list page: 10 keys under a prefix that 1,000 have, one set before each",
  "expiry: the longest turn of the event loop while 100,000 entries that expired in the same millisecond are removed",
  "both caches read the clock once in a turn of the event loop (lru-cache: in a millisecond), as they do by default",
];

/** In turns of milliseconds: the machine is slow for seconds, which would meet the one or the other. */
function both(options: EngineWork): readonly Contestant[] {
  const subjects = ["prepare-weft", "prepare-lru-cache"].map((file) => ({ module: moduleOf(file), options }));
  const figureOf = shared((sets) => timeSideBySide(subjects, { ...sideBySide, sets }));
  return ["weft engine", "lru-cache"].map((name, index) => ({
    name,
    isOurs: index === 0,
    measure: async (given) => withRate({ ns: await figureOf(index, isQuick(given) ? 1 : processes) }),
  }));
}

function weft(options: EngineWork): Contestant {
  const module = moduleOf("prepare-weft");
  const measure = async () => withRate(await timeInFreshProcess({ module, options }, turn));
  return { name: "weft engine", isOurs: true, measure };
}

function moduleOf(file: string): URL {
  return new URL(`./cache-engine/${file}.js`, import.meta.url);
}

function isQuick({ measureMs }: Turn): boolean {
  return measureMs < loadTurns.full.measureMs;
}

function withRate({ ns = Number.NaN }: Measured): Measured {
  return { ns, "ops/s": 1e9 / ns };
}

/** Only the pause: how long it all takes says nothing about that. */
async function expiry(): Promise<Measured> {
  const module = moduleOf("prepare-expiry");
  const options: EngineWork = { kind: "expiry", entries: 100_000 };
  const { pause = Number.NaN } = await timeInFreshProcess({ module, options, nodeFlags: ["--expose-gc"] }, turn);
  return { pause };
}
