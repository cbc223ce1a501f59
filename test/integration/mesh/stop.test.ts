import { credentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { channelOptions } from "@weft/contracts";
import { ExecuteRequest, GatewayServiceClient } from "@weft/contracts/gateway";
import { Code, Reason, silentLogger } from "@weft/core";
import { type RunningService, serviceSettings, startService } from "@weft/service";
import { gated } from "../../support/gated-service.js";
import { type RawConnection, rawConnection } from "../../support/raw-call.js";
import { failure, unary } from "../../support/running-mesh.js";
import { type ServiceProcess, startProcess } from "../../support/service-process.js";
import { openStream } from "../../support/stream-reader.js";
import { until, within } from "../../support/within.js";

const drainLimitMs = 10_000;
const shutdownMs = 1_000; // what the server gives connections that nobody uses, on each of two ports

const { service, begun, release } = gated();
const work = ExecuteRequest.fromPartial({ service: "gated", function: "work" });

let gateway: ServiceProcess;
let node: RunningService;
let client: GatewayServiceClient;
const idle: RawConnection[] = [];

beforeEach(async () => {
  gateway = await startProcess("gateway", {
    WEFT_LISTEN: "127.0.0.1:0",
    WEFT_DISCOVERY: "embedded",
    WEFT_DRAIN_DELAY_MS: "100",
    WEFT_DRAIN_TIMEOUT_MS: String(drainLimitMs),
  });
  client = new GatewayServiceClient(gateway.publicAddress, credentials.createInsecure(), channelOptions);
  const settings = serviceSettings.parse({ discovery: `embedded:${gateway.meshAddress}`, drainDelayMs: 0 });
  node = await startService(service, { settings, logger: silentLogger });
  await until(isListed, "a gateway that lists the node");
});
afterEach(async () => {
  for (const connection of idle.splice(0)) connection.destroy();
  client?.close();
  gateway?.kill("SIGKILL"); // nothing, if it has ended
  await node?.close();
});

async function isListed(): Promise<boolean> {
  const all = { service: "gated", includeDisabled: false, pageSize: 0, pageToken: "" };
  return (await unary(client, "listFunctions", all)).functions.length > 0;
}

test("faults L1: a gateway told to stop finishes its calls, ends its streams with DRAINING, and exits with 0", async () => {
  const answers = Array.from({ length: 20 }, () => unary(client, "execute", work));
  const streams = Array.from({ length: 10 }, () => openStream(client, { service: "gated", function: "ticks" }));
  for (const stream of streams)
    expect([await stream.next(), await stream.next()].map(({ content }) => content?.$case)).toEqual([
      "started",
      "item",
    ]);
  await until(() => begun() === 20, "20 calls that have begun");
  for (const address of [gateway.publicAddress, gateway.meshAddress]) idle.push(await rawConnection(address));

  const startedAt = performance.now();
  gateway.kill("SIGTERM");

  for (const stream of streams)
    expect(await within(failure(stream.rest()), "the end of a stream")).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.Draining,
      retryAfterMs: 1_000,
    });
  expect(await failure(unary(client, "execute", work))).toMatchObject({
    code: Code.Unavailable,
    reason: Reason.Draining,
  });
  release();
  for (const { outcome } of await Promise.all(answers)) expect(outcome?.$case).toBe("result");
  expect(await within(gateway.exited, "the end of the gateway", drainLimitMs)).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(drainLimitMs + 2 * shutdownMs);
  expect(gateway.errors()).toBe("");
});
