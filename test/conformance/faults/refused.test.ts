import { afterEach, describe, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason, silentLogger } from "@weft/core";
import { createNode, registerNode, remoteBackend } from "@weft/discovery";
import { defineService, fn, type RunningService, serviceSettings, startService } from "@weft/service";
import { failure, runMesh, unary } from "../../support/running-mesh.js";
import { transports } from "../../support/transports.js";
import { until } from "../../support/within.js";

// Bounds of time are checked at five times their value: what is looked for are hangs, not slowness.
const refusalMs = 10 * 5;
const recoveryMs = 5_000 * 5;

const service = defineService({
  name: "hello",
  version: "1.0.0",
  functions: { world: fn({ permission: "public", handler: () => "hello" }) },
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A node that has no registry to take its leave from. */
async function startNode(meshListen: string): Promise<RunningService> {
  const settings = { meshListen, discovery: "embedded:127.0.0.1:1", drainDelayMs: 0, drainTimeoutMs: 0 };
  const node = await startService(service, { settings: serviceSettings.parse(settings), logger: silentLogger });
  closing.push(() => node.close());
  return node;
}

describe.each(transports)("faults N10: over $transport,", ({ links }) => {
  test("calls fail at once where every node refuses connections, and a node that is back is found", async () => {
    const mesh = await runMesh([], { links });
    closing.push(() => mesh.close());
    const backend = remoteBackend(mesh.gateway.meshAddress);
    closing.push(() => backend.close());
    const first = await startNode("127.0.0.1:0");
    const { address, revision } = first.node;
    const node = createNode({ service: service.name, address, incarnation: 1, revision });
    const registrar = registerNode(backend, node);
    closing.push(() => registrar.deregister());
    const call = () =>
      unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "hello", function: "world" }));
    const isAnswered = () =>
      call().then(
        () => true,
        () => false,
      );
    await until(isAnswered, "an answer of the node");
    for (let i = 0; i < 20; i++) await call(); // the first ones open the links

    await first.close();
    await failure(call()); // the end of the connection is noticed
    const tookMs: number[] = [];
    for (let i = 0; i < 51; i++) {
      const startMs = performance.now();
      const error = await failure(call());
      expect(error).toMatchObject({
        code: Code.Unavailable,
        reason: Reason.ConnectionLost,
        metadata: { processed: "no", node: node.id },
      });
      tookMs.push(performance.now() - startMs);
    }
    // The one in the middle: a busy machine may hold up any of them.
    expect(tookMs.sort((a, b) => a - b)[25]).toBeLessThan(refusalMs);
    await startNode(address);
    await until(isAnswered, "an answer of the node that is back", recoveryMs);
  });
});
