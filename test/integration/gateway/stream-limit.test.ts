import { credentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { channelOptions } from "@weft/contracts";
import { ExecuteRequest, GatewayServiceClient } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { gated } from "../../support/gated-service.js";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream, type StreamReader } from "../../support/stream-reader.js";
import { until } from "../../support/within.js";

let mesh: RunningMesh | undefined;
const streams: StreamReader[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.cancel();
  await mesh?.close();
  mesh = undefined;
});

const work = ExecuteRequest.fromPartial({ service: "gated", function: "work" });

test("faults S11: calls beyond the limit of a connection fail at once, and the connection goes on", async () => {
  const { service, release } = gated();
  release();
  mesh = await runMesh([service], { maxStreamsPerConnection: 3 });
  const { client, address } = mesh;
  for (let i = 0; i < 3; i++) {
    const stream = openStream(client, { service: "gated", function: "ticks" });
    streams.push(stream);
    await stream.next();
  }

  const errors = await Promise.all(Array.from({ length: 20 }, () => failure(unary(client, "execute", work))));

  for (const error of errors)
    expect(error).toMatchObject({
      code: Code.ResourceExhausted,
      reason: Reason.TooManyStreams,
      metadata: { limit: "3", setting: "WEFT_MAX_STREAMS_PER_CONNECTION" },
    });
  const other = new GatewayServiceClient(address, credentials.createInsecure(), channelOptions);
  expect((await unary(other, "execute", work).finally(() => other.close())).outcome?.$case).toBe("result");
  streams.shift()?.cancel();
  await until(() => isAnswered(client), "a call in place of the stream that ended");
});

test("and beyond the limit of the process", async () => {
  const { service, release } = gated();
  release();
  mesh = await runMesh([service], { maxStreams: 1 });
  const stream = openStream(mesh.client, { service: "gated", function: "ticks" });
  streams.push(stream);
  await stream.next();

  expect(await failure(unary(mesh.client, "execute", work))).toMatchObject({
    reason: Reason.TooManyStreams,
    metadata: { limit: "1", setting: "WEFT_MAX_STREAMS" },
  });
});

function isAnswered(client: GatewayServiceClient): Promise<boolean> {
  return unary(client, "execute", work).then(
    () => true,
    () => false,
  );
}
