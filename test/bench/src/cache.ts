import type { Benchmark } from "./benchmark.js";
import { cacheCallConditions, cacheCalls } from "./cache-calls.js";
import { loadTurns } from "./load/turns.js";

/** What a cache is asked for, and what the best of its kind take for it. */
export const cache: Benchmark = {
  summary: "reading from a cache in another process, one value or sixteen at a time",
  packages: ["@weft/cache", "ioredis"],
  turns: loadTurns,
  conditions: cacheCallConditions,
  cases: cacheCalls,
  notes: {
    ioredis: "Redis is a server in C, and its protocol carries neither a deadline nor a caller",
  },
};
