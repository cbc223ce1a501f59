import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type GatewayServiceClient, StreamRequest, type StreamResponse } from "@weft/contracts/gateway";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { residentMb } from "../../support/service-process.js";
import { testIf } from "../../support/skip.js";

const cities = 135_233;

let mesh: ProcessMesh;
beforeAll(async () => {
  mesh = await startProcessMesh({ nodes: 1 });
});
afterAll(() => mesh.close());

function exportWorld(client: GatewayServiceClient) {
  const world = { service: "places", function: "export", arguments: { $case: "argsJson", value: Buffer.from("{}") } };
  const call = client.stream(StreamRequest.fromPartial(world as object));
  call.read(0);
  return call;
}

test("a world export arrives complete and in order", async () => {
  let items = 0;
  const ids = new Set<string>();
  let last: StreamResponse | undefined;

  for await (const message of exportWorld(mesh.client) as AsyncIterable<StreamResponse>) {
    last = message;
    if (message.content?.$case !== "itemJson") continue;
    items++;
    if (message.sequence !== items) throw new Error(`item ${items} came with sequence ${message.sequence}`);
    ids.add(JSON.parse(message.content.value.toString()).id);
  }

  expect(items).toBe(cities);
  expect(ids.size).toBe(cities);
  expect(last).toMatchObject({ hasMore: false, sequence: cities, content: { $case: "ended" } });
}, 180_000);

testIf(process.platform === "linux", "resident memory is read from /proc")(
  "while a reader pauses, neither the gateway nor the node grows",
  async () => {
    const node = mesh.nodes[0];
    if (node === undefined) throw new Error("there is no node");
    const call = exportWorld(mesh.client);
    const messages = call[Symbol.asyncIterator]() as AsyncIterator<StreamResponse>;
    for (let i = 0; i < 1_000; i++) await messages.next();
    const before = [await residentMb(mesh.gateway.pid), await residentMb(node.pid)];

    await new Promise((resolve) => setTimeout(resolve, 3_000)); // long enough for all the world to pile up

    const after = [await residentMb(mesh.gateway.pid), await residentMb(node.pid)];
    call.cancel();
    // The world is 20 MB of JSON, and several times that as messages; a garbage collector's wobble is a few MB.
    for (const [i, mb] of after.entries()) expect(mb - (before[i] ?? 0)).toBeLessThan(12);
  },
);
