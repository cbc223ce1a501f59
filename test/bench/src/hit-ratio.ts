import { type PolicyName, policies } from "@weft/cache";
import type { Benchmark, Case, Contestant } from "./benchmark.js";
import { hitsOfOptimum } from "./hit-ratio/optimum.js";
import { hitsOfPolicy } from "./hit-ratio/policy.js";
import { type TraceName, traces } from "./hit-ratio/traces.js";

const entries = 1_000;

/** Which share of requests each eviction policy answers from the cache, and which share could be at best. */
export const hitRatio: Benchmark = {
  summary: "hits of each eviction policy on generated traces, beside the optimum that knows the future",
  packages: ["@weft/cache"],
  turns: { full: { warmUpMs: 0, measureMs: 0 }, quick: { warmUpMs: 0, measureMs: 0 } },
  conditions: [
    `a cache of ${entries.toLocaleString("en")} entries; 500,000 requests each, of which a miss stores the key`,
    "zipf: 20,000 keys, exponent 0.99; scans: the same, and every 10,000 requests a scan over 2,000 keys that come once",
    "loop: 1,500 keys round and round; mixed: zipf, then loop, then a zipf of other keys",
    "each round has a seed of its own",
  ],
  cases: (Object.keys(traces) as TraceName[]).map(caseOf),
  notes: { optimum: "Belady's: gives up the key whose next request is farthest away" },
};

function caseOf(trace: TraceName): Case {
  return {
    name: trace,
    contestants: [...(Object.keys(policies) as PolicyName[]).map((name) => policy(name, trace)), optimum(trace)],
  };
}

function policy(name: PolicyName, trace: TraceName): Contestant {
  return contestant(name, true, trace, (keys) => hitsOfPolicy(policies[name], keys, entries));
}

function optimum(trace: TraceName): Contestant {
  return contestant("optimum", false, trace, (keys) => hitsOfOptimum(keys, entries));
}

function contestant(name: string, isOurs: boolean, trace: TraceName, hits: (keys: Uint32Array) => number): Contestant {
  let seed = 0;
  return {
    name,
    isOurs,
    async measure() {
      const keys = traces[trace](++seed);
      return { hits: (hits(keys) / keys.length) * 100 };
    },
  };
}
