import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { encodeStruct } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { cityIds } from "../../support/city-ids.js";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const find = (mesh: ProcessMesh, id: string) =>
  unary(
    mesh.client,
    "execute",
    ExecuteRequest.fromPartial({
      service: "places",
      function: "find",
      arguments: { $case: "args", value: encodeStruct({ id }) },
    }),
  );

/** Calls `find` from 8 callers until told to stop; answers how many answers and errors there were. */
function keepCalling(mesh: ProcessMesh) {
  let isStopped = false;
  const nodes = new Set<string>();
  const counts = { answers: 0, errors: [] as string[] };
  const callers = Array.from({ length: 8 }, async (_, caller) => {
    for (let turn = caller; !isStopped; turn++) {
      try {
        nodes.add((await find(mesh, cityIds[turn % cityIds.length] ?? "")).node);
        counts.answers++;
      } catch (error) {
        counts.errors.push(String(error));
      }
    }
  });
  return {
    counts,
    nodes,
    async stop() {
      isStopped = true;
      await Promise.all(callers);
    },
  };
}

let mesh: ProcessMesh;
let calling: ReturnType<typeof keepCalling>;
beforeEach(async () => {
  mesh = await startProcessMesh({ nodes: 2 });
  calling = keepCalling(mesh);
  await until(() => calling.nodes.size === 2 && calling.counts.answers > 100, "answers of both nodes");
});
afterEach(async () => {
  await calling.stop();
  await mesh.close();
});

/** Waits for as many answers more. */
async function furtherAnswers(count: number): Promise<void> {
  const goal = calling.counts.answers + count;
  await until(() => calling.counts.answers >= goal, `${count} further answers`);
}

test("killing one of two nodes in the middle of calls loses none of them", async () => {
  mesh.nodes[0]?.kill("SIGKILL");
  await mesh.nodes[0]?.exited;
  await furtherAnswers(300);

  expect(calling.counts.errors).toEqual([]);
});

test("stopping one of two nodes by SIGTERM loses none either, and it exits with 0", async () => {
  mesh.nodes[0]?.kill("SIGTERM");
  const code = await mesh.nodes[0]?.exited;
  await furtherAnswers(100);

  expect(calling.counts.errors).toEqual([]);
  expect(code).toBe(0);
});
