import { afterEach, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code } from "@weft/core";
import { gated } from "../../support/gated-service.js";
import { type HealthClient, healthClient } from "../../support/health-client.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { within } from "../../support/within.js";

const publicServices = ["", "weft.v1.AdminService", "weft.v1.GatewayService"];
const meshServices = ["", "weft.node.v1.NodeService"];

let mesh: RunningMesh | undefined;
const probes: HealthClient[] = [];

afterEach(async () => {
  for (const probe of probes.splice(0)) probe.close();
  await mesh?.close();
  mesh = undefined;
});

function probe(address: string): HealthClient {
  const client = healthClient(address);
  probes.push(client);
  return client;
}

test.each<[string, (running: RunningMesh) => string, string[]]>([
  ["the public port", (running) => running.address, publicServices],
  ["the mesh port", (running) => running.gateway.meshAddress, meshServices],
])("%s: the whole and each service are SERVING, others are unknown", async (_name, addressOf, services) => {
  mesh = await runMesh([]);
  const health = probe(addressOf(mesh));

  const list = await health.list();

  expect(Object.keys(list).sort()).toEqual(services);
  expect(new Set(Object.values(list))).toEqual(new Set(["SERVING"]));
  for (const service of services) expect(await health.check(service)).toBe("SERVING");
  await expect(health.check("nobody.v1.Service")).rejects.toMatchObject({ code: Code.NotFound });
  expect((await health.watch("nobody.v1.Service").next()).value).toEqual({ status: "SERVICE_UNKNOWN" });
});

test("a process that drains says NOT_SERVING on both ports before it refuses calls", async () => {
  const { service, isRunning, release } = gated();
  mesh = await runMesh([service]);
  const ports = [mesh.address, mesh.gateway.meshAddress].map(probe);
  const watches = ports.map((port) => port.watch(""));
  for (const watch of watches) expect((await watch.next()).value).toEqual({ status: "SERVING" });
  const answer = unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "gated", function: "work" }));
  await within(isRunning, "the start of the call");

  const closed = mesh.gateway.close();

  for (const watch of watches)
    expect((await within(watch.next(), "the change of health")).value).toEqual({ status: "NOT_SERVING" });
  for (const port of ports) expect(new Set(Object.values(await port.list()))).toEqual(new Set(["NOT_SERVING"]));
  release();
  expect((await answer).outcome?.$case).toBe("result");
  await closed;
});
