import type { Benchmark, Measured } from "./benchmark.js";
import { timeInFreshProcess } from "./fresh-process.js";
import { withStages } from "./load/stages.js";

const hold = new URL("./catalogue/prepare-hold.js", import.meta.url);
const stages = [
  { name: "gateway", module: new URL("./gateway/weft-gateway.js", import.meta.url) },
  { name: "node", module: new URL("./gateway/weft-node.js", import.meta.url) },
];

/** What it costs to know many functions, and how soon a new one is known. */
export const catalogue: Benchmark = {
  summary: "a catalogue of 10,000 functions, and how soon a new one can be called",
  packages: ["@weft/mesh", "@weft/gateway"],
  conditions: [
    "10,000 functions on 1,000 nodes: 100 services with 100 functions on 10 nodes each; rss: the heap in use, in one process",
    "p50: a node enters discovery until a call of its function through a gateway goes well, asked every ms; both are processes",
  ],
  cases: [
    {
      name: "10,000 functions on 1,000 nodes",
      contestants: [
        {
          name: "weft catalogue",
          isOurs: true,
          measure: (turn) =>
            timeInFreshProcess({ module: hold, options: {}, nodeFlags: ["--expose-gc"], limitMs: 60_000 }, turn),
        },
      ],
    },
    {
      name: "appearance to first call",
      contestants: [
        {
          name: "weft gateway",
          isOurs: true,
          measure: () =>
            withStages(stages, async (running) => {
              const figures = await running.get("node")?.ask<Measured>("figures", {}, 5_000);
              return figures ?? {};
            }),
        },
      ],
    },
  ],
  notes: {},
};
