import { expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { gated } from "../../support/gated-service.js";
import { failure, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";

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
