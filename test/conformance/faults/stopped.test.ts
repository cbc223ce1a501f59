import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { credentials } from "@grpc/grpc-js";
import { expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { ExecuteRequest as NodeRequest } from "@weft/contracts/node";
import { Code, Reason } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { grpcDial } from "@weft/mesh";
import { type ProcessMesh, startProcessMesh } from "../../support/process-mesh.js";
import { failure, unary } from "../../support/running-mesh.js";
import { residentMb } from "../../support/service-process.js";
import { slowProgram } from "../../support/slow-service.js";
import { transports } from "../../support/transports.js";
import { until } from "../../support/within.js";

// Bounds of time are checked at five times their value: what is looked for are hangs, not slowness.
const deadlineSlackMs = 50 * 5;
const recoveryMs = 1_000 * 5;
const calls = 1_000;

/** `brief` has a limit of its own of 1 s. */
const call = (mesh: ProcessMesh, name: "brief" | "write" = "brief") =>
  unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "slow", function: name }), 60_000);
const isAnswered = (mesh: ProcessMesh) =>
  call(mesh).then(
    () => true,
    () => false,
  );

const timedOut = { code: Code.DeadlineExceeded, message: "Request timed out after 1000ms" };

test.each(transports)(
  "faults N4: over $transport, calls to the only node end at their deadline while it is stopped, and are answered once it goes on",
  async ({ links }) => {
    const mesh = await startProcessMesh({ service: slowProgram, nodes: 1, env: { WEFT_LINKS: String(links) } });
    try {
      const [node] = mesh.nodes;
      await Promise.all(Array.from({ length: calls }, () => call(mesh, "write")));
      const beforeMb = await residentMb(mesh.gateway.pid);

      node?.kill("SIGSTOP");
      const errors = await Promise.all(Array.from({ length: calls }, () => failure(call(mesh))));
      const afterMb = await residentMb(mesh.gateway.pid);
      node?.kill("SIGCONT");
      await until(() => isAnswered(mesh), "an answer", recoveryMs);

      for (const error of errors) expect(error).toMatchObject(timedOut);
      expect(afterMb - beforeMb).toBeLessThan(40); // the heap may grow by what a thousand calls need at once

      node?.kill("SIGSTOP"); // and once more without a crowd, which would blur the times
      for (const error of await Promise.all([failure(call(mesh)), failure(call(mesh))])) {
        expect(error).toMatchObject(timedOut);
        expect(Number(error.metadata.elapsed_ms)).toBeLessThan(1_000 + deadlineSlackMs);
      }
      node?.kill("SIGCONT");
      await until(() => isAnswered(mesh), "an answer", recoveryMs);
    } finally {
      mesh.nodes[0]?.kill("SIGCONT");
      await mesh.close();
    }
  },
  120_000,
);

test("faults N4: a node that takes the connection and says nothing is given up every 5 s, its calls never sent", async () => {
  const clock = fakeClock();
  const silent = createServer(() => {});
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = silent.address() as AddressInfo;
  const dial = grpcDial({ credentials: credentials.createInsecure(), maxResponseBytes: 1_000, links: 0, clock });
  const connection = dial(`127.0.0.1:${port}`);
  const limits = { timeoutMs: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  const sockets: { destroy(): void }[] = [];
  silent.on("connection", (socket) => sockets.push(socket));

  for (let attempt = 1; attempt <= 3; attempt++) {
    const lost = failure(connection.execute(NodeRequest.fromPartial({}), limits));
    await until(() => sockets.length === attempt, "a connection of its own");
    clock.advance(5_000);
    expect(await lost).toMatchObject({ reason: Reason.ConnectionLost, metadata: { processed: "no" } });
  }
  connection.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
});
