import type { Benchmark } from "./benchmark.js";
import { calls } from "./calls.js";
import { chain } from "./chain.js";
import { engine } from "./engine.js";
import { gateway } from "./gateway.js";

/** Every benchmark by its name. */
export const benchmarks: Readonly<Record<string, Benchmark>> = { chain, engine, calls, gateway };
