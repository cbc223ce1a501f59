import { Server, ServerCredentials } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { NodeServiceService } from "@weft/contracts/node";
import { Code, Reason } from "@weft/core";
import { createNode, registerNode, remoteBackend } from "@weft/discovery";
import { failure, runMesh, unary } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

// Bounds of time are checked at five times their value: what is looked for are hangs, not slowness.
const refusalMs = 10 * 5;
const recoveryMs = 5_000 * 5;

const config = FunctionConfig.fromPartial({
  service: "raw",
  function: "hello",
  mode: "sync",
  permission: { rule: { $case: "public", value: true } },
});
const functions = [{ ...config, hash: functionHash(config) }];
const revision = setRevision(functions);

/** A node that can be ended without a word to the registry, and started again at the same port. */
async function startNode(port: number): Promise<{ readonly port: number; end(): void }> {
  const server = new Server();
  server.addService(NodeServiceService, {
    getFunctions: (_call: unknown, done: (error: null, answer: object) => void) => done(null, { revision, functions }),
    execute: (_call: unknown, done: (error: null, answer: object) => void) =>
      done(null, { resultJson: Buffer.from('"hello"') }),
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, found) =>
      error === null ? resolve(found) : reject(error),
    );
  });
  return { port: bound, end: () => server.forceShutdown() };
}

test("faults N10: where every node refuses connections calls fail at once, and a node that is back is found", async () => {
  const mesh = await runMesh([]);
  const backend = remoteBackend(mesh.gateway.meshAddress);
  const first = await startNode(0);
  const node = createNode({ service: "raw", address: `127.0.0.1:${first.port}`, incarnation: 1, revision });
  const registrar = registerNode(backend, node);
  const call = () => unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "raw", function: "hello" }));
  const isAnswered = () =>
    call().then(
      () => true,
      () => false,
    );
  await until(isAnswered, 10_000, "an answer of the node");

  first.end();
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
  const second = await startNode(first.port);
  await until(isAnswered, recoveryMs, "an answer of the node that is back");

  second.end();
  await registrar.deregister();
  backend.close();
  await mesh.close();
}, 60_000);
