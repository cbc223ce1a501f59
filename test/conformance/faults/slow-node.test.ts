import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { defineService, fn } from "@weft/service";
import { cuttableProxy } from "../../support/cuttable-proxy.js";
import { freePort } from "../../support/free-port.js";
import { runMesh, unary } from "../../support/running-mesh.js";
import { transports } from "../../support/transports.js";

const delayMs = 200;
const callers = 8;
const callsEach = 50;

// Bounds of time are checked at five times their value. A call that meets the delay takes twenty times as long, and so does
// one that the machine holds up: hence up to three attempts.
const slowdown = 1.3 * 5;
const attempts = 3;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const service = defineService({
  name: "work",
  version: "1.0.0",
  functions: {
    run: fn({ permission: "public", select: "least_request", handler: () => pause(10) }),
  },
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Three nodes, one of which gets its calls so much later. */
async function load(links: number, laterMs: number): Promise<{ share: number; p99Ms: number }> {
  const mesh = await runMesh([service, service], { links });
  closing.push(() => mesh.close());
  const proxy = await cuttableProxy();
  closing.push(() => proxy.close());
  // The proxy has to know where the node listens before anybody asks it.
  const meshListen = `127.0.0.1:${await freePort()}`;
  proxy.target = meshListen;
  proxy.delayMs = laterMs;
  const later = await mesh.add(service, { meshListen, advertise: proxy.address });
  const request = ExecuteRequest.fromPartial({ service: "work", function: "run" });
  const tookMs: number[] = [];
  let onLater = 0;

  async function caller(): Promise<void> {
    for (let i = 0; i < callsEach; i++) {
      const startMs = performance.now();
      const { node } = await unary(mesh.client, "execute", request);
      tookMs.push(performance.now() - startMs);
      if (node === later.node.id) onLater++;
      await pause(30); // the machine must not be what they wait for
    }
  }
  await Promise.all(Array.from({ length: callers }, caller));

  const calls = tookMs.length;
  return { share: onLater / calls, p99Ms: tookMs.sort((a, b) => a - b)[Math.floor(calls * 0.99)] ?? 0 };
}

beforeAll(() => load(2, 0), 60_000); // compiles what runs often, or the first calls would be the slowest

describe.each(transports)("faults N11: over $transport", ({ links }) => {
  test("a node that gets its calls 200 ms late gets few of them, and hardly a caller waits for it", async () => {
    let waited = Number.POSITIVE_INFINITY;
    for (let attempt = 1; attempt <= attempts && waited > slowdown; attempt++) {
      const even = await load(links, 0);
      const delayed = await load(links, delayMs);

      expect(delayed.share).toBeGreaterThan(0); // somebody has to find out
      expect(delayed.share).toBeLessThan(0.15);
      waited = delayed.p99Ms / even.p99Ms;
    }
    expect(waited).toBeLessThanOrEqual(slowdown);
  }, 120_000);
});
