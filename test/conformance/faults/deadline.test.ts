import { expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { type Clock, Code, Reason, sleep, systemClock } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { defineService, fn, type HandlerContext, type ServiceDefinition } from "@weft/service";
import { createTestMesh } from "@weft/service/testkit";
import { failure, runMesh } from "../../support/running-mesh.js";
import { transports } from "../../support/transports.js";
import { until } from "../../support/within.js";

interface Chain {
  readonly services: readonly ServiceDefinition[];
  /** What each hop had left when it began. */
  readonly leftMs: number[];
  /** When the leaf's signal fired, on the clock; undefined: not yet. */
  leafCutAt(): number | undefined;
}

/** Three services, each of which sleeps 100 ms and calls the next; the last one waits for its signal. */
function chain(clock: Clock): Chain {
  const leftMs: number[] = [];
  let cutAtMs: number | undefined;
  const hop = (name: string, next?: string) =>
    defineService({
      name,
      version: "1.0.0",
      functions: {
        reach: fn({ permission: "public", handler: (_args, { call }) => next && call(`${next}.reach`) }),
        run: fn({
          permission: "public",
          async handler(_args, context) {
            leftMs.push(context.timeLeftMs());
            await sleep(100, { clock, signal: context.signal });
            return next === undefined ? leaf(context) : context.call(`${next}.run`);
          },
        }),
      },
    });
  const leaf = ({ signal }: HandlerContext) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        cutAtMs = clock.now();
        reject(signal.reason);
      });
    });
  return {
    services: [hop("first", "second"), hop("second", "third"), hop("third")],
    leftMs,
    leafCutAt: () => cutAtMs,
  };
}

test.each(transports)(
  "faults S7: over $transport each hop has strictly less of the budget, and the leaf is told when it is used up",
  async ({ links }) => {
    const { services, leftMs, leafCutAt } = chain(systemClock);
    const mesh = await runMesh([], { links });
    for (const service of services) await mesh.add(service, { links });
    const client = createClient(mesh.address);
    for (let i = 0; i < 20; i++) await client.call("first.reach"); // the first ones open the links

    const error = await failure(client.call("first.run", {}, { timeoutMs: 1_000 }));
    await until(() => leafCutAt() !== undefined, "a leaf whose signal has fired");

    expect(error).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
    expect(leftMs).toHaveLength(3);
    expect(leftMs[0]).toBeLessThanOrEqual(1_000);
    expect(leftMs[1]).toBeLessThanOrEqual((leftMs[0] ?? 0) - 99);
    expect(leftMs[2]).toBeLessThanOrEqual((leftMs[1] ?? 0) - 99);
    client.close();
    await mesh.close();
  },
);

test("faults S7: the leaf is told at the very end of the budget", async () => {
  const clock = fakeClock();
  const startMs = clock.now();
  const { services, leftMs, leafCutAt } = chain(clock);
  const mesh = await createTestMesh({ services, clock });
  const call = failure(mesh.call("first.run", {}, { timeoutMs: 1_000 }));

  await mesh.advance(999);
  expect(leafCutAt()).toBeUndefined();
  await mesh.advance(1);

  expect(await call).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  expect(leftMs).toEqual([1_000, 900, 800]);
  expect(leafCutAt()).toBe(startMs + 1_000);
  await mesh.close();
});

test("faults S7: nothing starts without time left", async () => {
  const clock = fakeClock();
  const { services, leftMs } = chain(clock);
  const mesh = await createTestMesh({ services, clock });
  const call = failure(mesh.call("first.run", {}, { timeoutMs: 200 }));

  await mesh.advance(1_000);

  expect(await call).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  expect(leftMs).toEqual([200, 100]);
  await mesh.close();
});
