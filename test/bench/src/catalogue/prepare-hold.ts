import type { FunctionConfig } from "@weft/contracts/function";
import type { Mesh } from "@weft/mesh";
import type { Subject } from "../fresh-process.js";
import { config, functionSet, meshOf, type World } from "../selection/mesh.js";

const services = Array.from({ length: 100 }, (_, i) => `service${i}`);

// 10,000 functions on 1,000 nodes.
const world: World = {
  sets: new Map(services.map((service) => [service, functionSet(functionsOf(service))])),
  nodesOfEach: 10,
};

function functionsOf(service: string): FunctionConfig[] {
  return Array.from({ length: 100 }, (_, i) =>
    config({
      service,
      function: `function${i}`,
      summary: "One of many",
      arguments: [
        { name: "id", type: "string", maxBytes: 16 },
        { name: "country", type: "string", maxBytes: 2 },
      ],
    }),
  );
}

/** From an empty catalogue to one that can be asked for every function. Needs `--expose-gc`. */
export async function prepare(): Promise<Subject> {
  let held: Mesh | undefined;
  const emptyMb = heapMb();
  const hold = async () => {
    await held?.close();
    held = await meshOf(world);
    return held;
  };
  return {
    async prove() {
      const { catalogue } = await hold();
      for (const service of services)
        for (let i = 0; i < 100; i++) {
          const target = catalogue.find(service, `function${i}`, "");
          if (typeof target !== "object" || target.candidates.length !== 10)
            throw new Error(`no ${service}.function${i}`);
        }
    },
    async batch(times) {
      for (let left = times; left > 0; left--) await hold();
    },
    figures: () => ({ rss: heapMb() - emptyMb }),
    end: () => held?.close(),
  };
}

/** What is in use, not what was: garbage would be counted to the last turn of many. */
function heapMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
