import type { Benchmark, Case, Contestant, Measured } from "./benchmark.js";
import { type PolicyName, policies as pipeline } from "./engine/policies.js";
import type { EngineOptions } from "./engine/prepare-execute.js";
import { timeInFreshProcess } from "./fresh-process.js";

/** Without these nothing is called at all. */
const bare = ["resolve", "validate", "dispatch"] as const;

const typical = ["time-limit", "authorize", "failover"] as const;
const more = ["recent-calls", "rate-limit", "bulkhead", "retry", "place"] as const;
const others = ["log-calls", "publish-events", "before-hook", "idempotency", "after-hook"] as const;

// Until then V8 has not compiled all of an engine: figures after 20 ms are ten times those after 800 (measured).
const warmUpMs = 800;

/** What the function engine adds to a call, without any network. */
export const engine: Benchmark = {
  summary: "ns for a call through the function engine, by its policies; no network",
  packages: ["@weft/mesh", "moleculer"],
  cases: [
    execute("0 policies", []),
    execute("3 policies", typical),
    execute("8 policies", [...typical, ...more], [moleculer()]),
    execute("all policies", [...typical, ...more, ...others]),
    ...[...typical, ...more, ...others].map((name) => execute(`0 policies and ${name}`, [name])),
    { name: "admit, 2 strings", contestants: [weft("prepare-admit", [...typical, ...more, ...others])] },
  ],
  notes: {
    "moleculer local action":
      "gets and answers objects; ours takes and answers JSON bytes, as they come from the network",
  },
};

function execute(name: string, policies: readonly PolicyName[], peers: readonly Contestant[] = []): Case {
  return { name, contestants: [weft("prepare-execute", policies), ...peers] };
}

function weft(module: string, policies: readonly PolicyName[]): Contestant {
  return contestant("weft engine", module, { policies: ordered([...bare, ...policies]) } satisfies EngineOptions, true);
}

function moleculer(): Contestant {
  return contestant("moleculer local action", "prepare-moleculer", {}, false);
}

function contestant(name: string, file: string, options: object, isOurs: boolean): Contestant {
  const module = new URL(`./engine/${file}.js`, import.meta.url);
  return {
    name,
    isOurs,
    measure: async (turn) => withRate(await timeInFreshProcess({ module, options }, { ...turn, warmUpMs })),
  };
}

function withRate({ ns = Number.NaN }: Measured): Measured {
  return { ns, "calls/s": 1e9 / ns };
}

/** In the order of a pipeline. */
function ordered(names: readonly PolicyName[]): readonly PolicyName[] {
  return (Object.keys(pipeline) as PolicyName[]).filter((name) => names.includes(name));
}
