import type { Benchmark } from "./benchmark.js";
import { cache } from "./cache.js";
import { calls } from "./calls.js";
import { catalogue } from "./catalogue.js";
import { chain } from "./chain.js";
import { engine } from "./engine.js";
import { gateway } from "./gateway.js";
import { hitRatio } from "./hit-ratio.js";
import { selection } from "./selection.js";
import { startup } from "./startup.js";

/** Every benchmark by its name. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  chain,
  engine,
  calls,
  cache,
  "hit-ratio": hitRatio,
  gateway,
  selection,
  catalogue,
  startup,
};
