import type { Benchmark } from "./benchmark.js";
import { cacheCallConditions, cacheCalls } from "./cache-calls.js";
import { cacheEngine, cacheEngineConditions } from "./cache-engine.js";
import { loadTurns } from "./load/turns.js";

/** What a cache is asked for, and what the best of its kind take for it. */
export const cache: Benchmark = {
  summary:
    "reading from a cache in another process, one value or sixteen at a time, and its engine without any network",
  packages: ["@weft/cache", "ioredis", "lru-cache"],
  turns: loadTurns,
  conditions: [...cacheCallConditions, ...cacheEngineConditions],
  cases: [...cacheCalls, ...cacheEngine],
  notes: {
    ioredis: "Redis is a server in C, and its protocol carries neither a deadline nor a caller",
    "lru-cache": "counts neither bytes nor versions, and finds what has expired only when it is asked for",
  },
};
