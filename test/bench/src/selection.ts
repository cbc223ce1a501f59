import type { Benchmark, Case } from "./benchmark.js";
import { timeInFreshProcess } from "./fresh-process.js";
import type { PickOptions } from "./selection/prepare-pick.js";

const modes = ["random", "round_robin", "least_request", "weighted", "hash", "sticky"] as const;
// The others keep nothing of a list.
const rebuilding = ["hash", "weighted"] as const;
const sizes = [3, 100, 1_000, 10_000] as const;

/** What it costs to choose one of many nodes. */
export const selection: Benchmark = {
  summary: "picks of each policy among 3 to 10,000 nodes; no network",
  packages: ["@weft/mesh"],
  conditions: [
    "1,024 calls with different keys in turn; nodes that are all well; parsed arguments",
    "after a change: the first two picks of a new list of the nodes, whose copy is part of the time",
    "moved: of 20,000 keys or more, when one of the nodes leaves; no key moved that was not there",
  ],
  cases: [
    ...modes.flatMap((mode) =>
      sizes.map((nodes) => pick(`${mode}, ${count(nodes)}`, { mode, nodes, isRebuilding: false })),
    ),
    ...rebuilding.flatMap((mode) =>
      sizes.map((nodes) => pick(`${mode}, ${count(nodes)}, after a change`, { mode, nodes, isRebuilding: true })),
    ),
  ],
  notes: {},
};

function pick(name: string, options: PickOptions): Case {
  const module = new URL("./selection/prepare-pick.js", import.meta.url);
  const measure: Case["contestants"][number]["measure"] = async (turn) => {
    const measured = await timeInFreshProcess({ module, options }, turn);
    return { ...measured, "ops/s": 1e9 / (measured.ns ?? Number.NaN) };
  };
  return { name, contestants: [{ name: "weft selector", isOurs: true, measure }] };
}

function count(nodes: number): string {
  return `${nodes.toLocaleString("en")} nodes`;
}
