import { afterEach, beforeEach, expect } from "@jest/globals";
import { encodeStruct } from "@weft/contracts";
import { ExecuteRequest, type ExecuteResponse } from "@weft/contracts/gateway";
import { cityIds } from "../../support/city-ids.js";
import { type ConsulAgent, startConsulAgent } from "../../support/consul/consul-agent.js";
import { findConsul } from "../../support/consul/find-consul.js";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { unary } from "../../support/running-mesh.js";
import { testIf } from "../../support/skip.js";
import { until, within } from "../../support/within.js";

const consul = await findConsul();
const withConsul = testIf(consul.missing === undefined, consul.missing ?? "");

let agent: ConsulAgent;
let mesh: ProcessMesh;

beforeEach(async () => {
  if (consul.path === undefined) return;
  agent = await startConsulAgent(consul.path);
  mesh = await startProcessMesh({
    nodes: 2,
    discovery: `consul:${agent.host}:${agent.port}`,
    env: { WEFT_DRAIN_DELAY_MS: "300", WEFT_LOG_LEVEL: "error" },
  });
});
afterEach(async () => {
  await mesh?.close();
  await agent?.stop();
});

function find(id: string): Promise<ExecuteResponse> {
  const value = encodeStruct({ id });
  const request = { service: "places", function: "find", arguments: { $case: "args" as const, value } };
  return unary(mesh.client, "execute", ExecuteRequest.fromPartial(request));
}

/** Calls from 4 callers until told to stop. */
function keepCalling() {
  let isStopped = false;
  const seen = { answers: 0, nodes: new Set<string>(), errors: [] as string[] };
  const callers = [0, 1, 2, 3].map(async (caller) => {
    for (let i = caller; !isStopped; i++)
      try {
        seen.nodes.add((await find(cityIds[i % cityIds.length] ?? "")).node);
        seen.answers++;
      } catch (error) {
        seen.errors.push(String(error));
      }
  });
  return {
    seen,
    /** Waits for `count` more answers. */
    async answers(count: number): Promise<void> {
      const goal = seen.answers + count;
      await until(() => seen.answers >= goal, `${goal} answers: ${seen.answers}, ${seen.errors.slice(0, 3)}`);
    },
    async stop(): Promise<void> {
      isStopped = true;
      await Promise.all(callers);
    },
  };
}

/** The addresses that Consul has for the service. */
async function listed(): Promise<string[]> {
  const answer = await fetch(`http://${agent.host}:${agent.port}/v1/health/service/places`);
  const entries = (await answer.json()) as { Service: { Address: string; Port: number } }[];
  return entries.map(({ Service }) => `${Service.Address}:${Service.Port}`).sort();
}

withConsul("faults L1: a node told to stop leaves Consul first, and no call is lost", async () => {
  const [leaving, staying] = mesh.nodes;
  const calling = keepCalling();
  await calling.answers(100);
  expect(calling.seen.nodes.size).toBe(2);
  expect(await listed()).toEqual(mesh.nodes.map(({ meshAddress }) => meshAddress).sort());

  leaving?.kill("SIGTERM");
  await until(async () => (await listed()).length === 1, "a node that has left Consul");
  await calling.answers(50);
  const code = await within(leaving?.exited ?? Promise.resolve(null), "the end of the node");
  await calling.answers(100);
  await calling.stop();

  expect(calling.seen.errors).toEqual([]);
  expect(code).toBe(0);
  expect(await listed()).toEqual([staying?.meshAddress]);
});

withConsul("faults D16: a node that is killed costs no call, though Consul goes on listing it", async () => {
  const [dying] = mesh.nodes;
  const calling = keepCalling();
  await calling.answers(100);

  dying?.kill("SIGKILL");
  await within(dying?.exited ?? Promise.resolve(null), "the end of the node");
  await calling.answers(200);
  await calling.stop();

  expect(calling.seen.errors).toEqual([]);
  expect(await listed()).toContain(dying?.meshAddress);
});

withConsul("faults D3: when Consul is gone, calls go on from the last good list", async () => {
  const calling = keepCalling();
  await calling.answers(100);

  await agent.stop();
  await calling.answers(300);
  await calling.stop();

  expect(calling.seen.errors).toEqual([]);
  expect(calling.seen.nodes.size).toBe(2);
});
