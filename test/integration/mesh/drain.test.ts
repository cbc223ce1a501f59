import { expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";

/** A service whose call ends when the test says so. */
function gated() {
  let release = () => {};
  let started = () => {};
  const isRunning = new Promise<void>((resolve) => {
    started = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const service = defineService({
    name: "gated",
    version: "1.0.0",
    functions: {
      work: fn({
        permission: "public",
        async handler() {
          started();
          await gate;
          return "done";
        },
      }),
      ticks: fn.stream({
        permission: "public",
        async *handler(_args, { signal }) {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      }),
    },
  });
  return { service, isRunning, release };
}

test("a node that stops finishes its calls, and ends its streams with UNAVAILABLE DRAINING", async () => {
  const { service, isRunning, release } = gated();
  const mesh = await runMesh([]);
  const node = await mesh.add(service);
  const answer = unary(mesh.client, "execute", ExecuteRequest.fromPartial({ service: "gated", function: "work" }));
  const stream = openStream(mesh.client, { service: "gated", function: "ticks" });
  await isRunning;
  expect([await stream.next(), await stream.next()].map(({ content }) => content?.$case)).toEqual(["started", "item"]);

  const closed = node.close();
  const ended = await failure(stream.rest());
  release();
  const { outcome } = await answer;
  await closed;

  expect(ended).toMatchObject({ code: Code.Unavailable, reason: Reason.Draining, retryAfterMs: 1_000 });
  expect(outcome?.$case).toBe("result");
  await mesh.close();
});
