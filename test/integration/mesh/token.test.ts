import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { ExecuteRequest as NodeRequest, NodeServiceClient } from "@weft/contracts/node";
import { Code, Reason, silentLogger, type WeftError } from "@weft/core";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { healthClient } from "../../support/health-client.js";
import { rawCall } from "../../support/raw-call.js";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";

const token = "0123456789abcdef-right";

let handled = 0;
const counter = defineService({
  name: "counter",
  version: "1.0.0",
  functions: { add: fn({ permission: "public", handler: () => ++handled }) },
});

let folder: string;
let mesh: RunningMesh;
let node: RunningService;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weft-token-"));
  const meshTokenFile = join(folder, "token");
  writeFileSync(meshTokenFile, `${token}\n`);
  mesh = await runMesh([], { meshTokenFile });
  node = await mesh.add(counter, { meshTokenFile });
});
afterAll(async () => {
  await mesh?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("processes that share the token find and call each other", async () => {
  const request = ExecuteRequest.fromPartial({ service: "counter", function: "add" });

  expect((await unary(mesh.client, "execute", request)).outcome?.$case).toBe("result");
});

describe.each([
  ["without a token", undefined],
  ["with a wrong token", "0123456789abcdef-wrong"],
])("a caller %s", (_name, sent) => {
  test("is refused before any handler runs", async () => {
    const before = handled;

    const error = await executeOn(node.meshAddress, sent);

    expect(error).toMatchObject({ code: Code.Unauthenticated, reason: Reason.Unauthenticated });
    expect(error.message).not.toContain(token);
    expect(handled).toBe(before);
  });

  test("is refused before its body is looked at", async () => {
    const headers: Record<string, string> = sent === undefined ? {} : { "x-weft-mesh-token": sent };
    const noProtobuf = Buffer.from([0, 0, 0, 0, 2, 0xff, 0xff]);

    const answer = await rawCall(node.meshAddress, {
      path: "/weft.node.v1.NodeService/Execute",
      body: noProtobuf,
      headers,
    });

    expect(answer.grpc).toBe(Code.Unauthenticated);
  });

  test("does not get at the registry either", async () => {
    const headers: Record<string, string> = sent === undefined ? {} : { "x-weft-mesh-token": sent };
    const path = "/weft.registry.v1.RegistryService/WatchServices";

    const answer = await rawCall(mesh.gateway.meshAddress, { path, body: Buffer.alloc(5), headers });

    expect(answer.grpc).toBe(Code.Unauthenticated);
  });
});

test("health stays open: probes carry no token", async () => {
  const health = healthClient(node.meshAddress);

  expect(await health.check("").finally(health.close)).toBe("SERVING");
});

test("a node that others could reach does not start without a token", async () => {
  const settings = serviceSettings.parse({ meshListen: "0.0.0.0:0", discovery: "embedded" });

  await expect(startService(counter, { settings, logger: silentLogger })).rejects.toMatchObject({
    problems: [expect.stringMatching(/^WEFT_MESH_LISTEN: 0\.0\.0\.0:0 .* WEFT_MESH_TOKEN_FILE must name a file/)],
  });
});

/** What a call to the node's own port fails with. */
function executeOn(address: string, sent: string | undefined): Promise<WeftError> {
  const client = new NodeServiceClient(address, credentials.createInsecure(), channelOptions);
  const metadata = new Metadata();
  if (sent !== undefined) metadata.set("x-weft-mesh-token", sent);
  const request = NodeRequest.fromPartial({ context: { requestId: "r1" }, service: "counter", function: "add" });
  return new Promise<WeftError>((resolve, reject) => {
    client.execute(request, metadata, { deadline: Date.now() + 5_000 }, (error: ServiceError | null) => {
      if (error === null) reject(new Error("the call was answered"));
      else resolve(errorFromGrpc(error));
    });
  }).finally(() => client.close());
}
