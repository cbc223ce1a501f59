import { credentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { channelOptions, errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { NodeServiceClient, type WatchFunctionsResponse } from "@weft/contracts/node";
import { Code, Reason, silentLogger, type WeftError } from "@weft/core";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { until, within } from "../../support/within.js";

const hello = defineService({
  name: "hello",
  version: "1.0.0",
  functions: { greet: fn({ permission: "public", handler: () => "hello" }) },
});

let node: RunningService;
let client: NodeServiceClient;
let mesh: RunningMesh | undefined;
afterEach(async () => {
  client?.close();
  await mesh?.close();
  mesh = undefined;
  await node.close();
});

async function start(): Promise<void> {
  node = await startService(hello, {
    settings: serviceSettings.parse({ discovery: "embedded", drainDelayMs: 0 }),
    logger: silentLogger,
  });
  client = new NodeServiceClient(node.meshAddress, credentials.createInsecure(), channelOptions);
}

function watch(knownRevision: string) {
  const stream = client.watchFunctions({ knownRevision });
  const sets: WatchFunctionsResponse[] = [];
  stream.on("data", (set: WatchFunctionsResponse) => sets.push(set));
  const ended = new Promise<WeftError>((resolve) =>
    stream.on("error", (error) => resolve(errorFromGrpc(error as never))),
  );
  return { stream, sets, ended };
}

test("a watch brings the set, unless it is known, and stays open until the node drains", async () => {
  await start();
  const fresh = watch("");
  const known = watch(node.node.revision);
  await until(() => fresh.sets.length > 0, "the set");

  await within(node.close(), "the drain");

  expect(fresh.sets.map(({ revision, functions }) => [revision, functions.map((each) => each.function)])).toEqual([
    [node.node.revision, ["greet"]],
  ]);
  expect(known.sets).toEqual([]);
  for (const { ended } of [fresh, known])
    expect(await within(ended, "the end of the watch")).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.Draining,
    });
});

test("a watch that is cancelled is over", async () => {
  await start();
  const { stream, sets, ended } = watch("");
  await until(() => sets.length > 0, "the set");

  stream.cancel();

  expect((await within(ended, "the end of the watch")).code).toBe(Code.Cancelled);
  await within(node.close(), "the drain");
});

test("a gateway follows a service by its address alone", async () => {
  await start();
  mesh = await runMesh([], { pull: [{ service: "hello", nodes: [node.meshAddress] }] });
  const { client: gateway } = mesh;
  const request = ExecuteRequest.fromPartial({ service: "hello", function: "greet" });
  const greeting = async () => String((await unary(gateway, "execute", request)).outcome?.value);

  await until(async () => (await greeting().catch(() => "")).includes("hello"), "an answer");
});
