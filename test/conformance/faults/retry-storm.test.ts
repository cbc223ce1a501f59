import { afterEach, expect, test } from "@jest/globals";
import { ExecuteRequest } from "@weft/contracts/gateway";
import { Code, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { transports } from "../../support/transports.js";
import { withoutStacks } from "../../support/without-stacks.js";

const calls = 1_000;
const callers = 64;

let leafRuns = 0;

/** Every layer would repeat its calls three times, were it the first. */
const layer = (name: string, next: string | undefined) =>
  defineService({
    name,
    version: "1.0.0",
    functions: {
      run: fn({
        permission: "public",
        idempotent: true,
        retry: 3,
        handler(_args, { call }) {
          if (next !== undefined) return call(`${next}.run`);
          leafRuns++;
          throw new WeftError(Code.Aborted, "never works", { reason: "NEVER_WORKS" });
        },
      }),
    },
  });

withoutStacks();
let mesh: RunningMesh | undefined;
afterEach(() => mesh?.close());

test.each(transports)(
  "faults O2: over $transport, behind three layers that would all repeat, a failing leaf runs at most 1.3 times for each call",
  async ({ links }) => {
    mesh = await runMesh([], { links });
    const { client, add } = mesh;
    for (const service of [layer("leaf", undefined), layer("middle", "leaf"), layer("front", "middle")])
      await add(service, { links });
    leafRuns = 0;
    let started = 0;
    const reasons = new Set<string>();
    const begunAt = performance.now();

    const keepCalling = async () => {
      while (started < calls) {
        started++;
        const request = ExecuteRequest.fromPartial({ service: "front", function: "run" });
        reasons.add((await failure(unary(client, "execute", request, 60_000))).reason);
      }
    };
    await Promise.all(Array.from({ length: callers }, keepCalling));

    expect([...reasons]).toEqual(["NEVER_WORKS"]);
    expect(leafRuns).toBeGreaterThan(calls);
    // Ten retries a second are always allowed, which is more than that where a thousand calls take half a minute.
    const seconds = Math.ceil((performance.now() - begunAt) / 1_000);
    expect(leafRuns).toBeLessThanOrEqual(calls + Math.max(calls * 0.3, seconds * 10));
  },
  120_000,
);
