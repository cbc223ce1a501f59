import type { ServiceError } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import { type AdminServiceClient, AdminServiceService, type ListNodesResponse } from "@weft/contracts/admin";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

const named = (name: string) =>
  defineService({ name, version: "3.2.1", functions: { ping: fn({ permission: "public", handler: () => "pong" }) } });

let mesh: RunningMesh | undefined;
afterEach(async () => {
  await mesh?.close();
  mesh = undefined;
});

function listNodes(admin: AdminServiceClient, service = ""): Promise<ListNodesResponse> {
  return new Promise((resolve, reject) => {
    admin.listNodes({ service }, (error: ServiceError | null, response: ListNodesResponse) =>
      error === null ? resolve(response) : reject(errorFromGrpc(error)),
    );
  });
}

test("ListNodes tells the nodes of all services, or of one", async () => {
  mesh = await runMesh([named("north"), named("south")], { adminActions: ["list_nodes"] });
  const { admin } = mesh;
  const second = await mesh.add(named("south"), { zone: "b" });
  const services = async () => (await listNodes(admin)).nodes.map(({ service }) => service).sort();
  await until(async () => (await services()).length === 4, "a gateway that lists itself too");

  const { nodes } = await listNodes(admin, "south");

  expect(await services()).toEqual(["gateway", "north", "south", "south"]);
  expect(nodes.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id).sort());
  expect(nodes.find(({ zone }) => zone === "b")).toMatchObject({
    id: second.node.id,
    service: "south",
    address: second.meshAddress,
    state: "ready",
    version: "3.2.1",
    revision: second.node.revision,
    inFlight: 0,
  });
});

test.each<[string, string[]]>([
  ["none is", []],
  ["another one is", ["drain_node"]],
])("an action is refused where %s allowed", async (_name, adminActions) => {
  mesh = await runMesh([], { adminActions });

  expect(await failure(listNodes(mesh.admin))).toMatchObject({
    code: Code.PermissionDenied,
    reason: Reason.AdminActionDenied,
    message: "admin action denied",
  });
});

test("actions that are not there yet are UNIMPLEMENTED, whoever asks", async () => {
  mesh = await runMesh([], { adminActions: ["*"] });
  const { admin } = mesh;
  const missing = ["drainNode"] as const;

  for (const name of missing) {
    const { path } = AdminServiceService[name];
    const code = await new Promise<number>((resolve) => {
      const asIs = (bytes: Buffer) => bytes;
      admin.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), (error) => resolve(error?.code ?? Code.Ok));
    });
    expect({ path, code }).toEqual({ path, code: Code.Unimplemented });
  }
});
