import type { ServiceError } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { errorFromGrpc } from "@weft/contracts";
import { ExecuteRequest, StreamRequest } from "@weft/contracts/gateway";
import { Code, Reason } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until, within } from "../../support/within.js";
import { ask, execute, ok, outcome } from "./outcomes.js";

describe("functions F45: calls at once", () => {
  let running = 0;
  let peak = 0;
  let begun: number[] = [];
  const waiting: (() => void)[] = [];
  const finishOne = () => waiting.shift()?.();

  const work = async (n: number) => {
    running++;
    peak = Math.max(peak, running);
    begun.push(n);
    await new Promise<void>((resolve) => waiting.push(resolve));
    running--;
    if (n < 0) throw new Error("no");
    return n;
  };
  const pooled = defineService({
    name: "svc",
    version: "1.0.0",
    functions: {
      work: fn({
        permission: "public",
        args: { n: { type: "num" } },
        concurrency: { max: 3, queue: 5 },
        handler: ({ n }) => work(n),
      }),
      free: fn({ permission: "public", handler: () => "free" }),
      ticks: fn.stream({
        permission: "public",
        concurrency: { max: 2 },
        async *handler(_args, { signal }) {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      }),
    },
  });

  let gateway: RunningMesh;
  beforeAll(async () => {
    gateway = await runMesh([pooled]);
  });
  afterAll(() => gateway.close());
  afterEach(async () => {
    while (running > 0) {
      finishOne();
      await new Promise(setImmediate);
    }
    peak = 0;
    begun = [];
  });

  const call = (n: number, timeoutMs?: number) =>
    outcome(gateway, "work", { args: { n }, ...(timeoutMs && { timeoutMs }) });
  const isBegun = (count: number) => until(() => begun.length === count, `${count} calls that run`);

  test("functions F45: pool of 3, queue of 5: the 9th is refused, and all the others run, 3 at a time, in order", async () => {
    const calls = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => call(n));
    await isBegun(3);

    const refused = (await failure(execute(gateway, "work", { args: { n: 9 } }))) as unknown as ServiceError;
    expect(errorFromGrpc(refused)).toMatchObject({
      code: Code.ResourceExhausted,
      reason: Reason.Overloaded,
      message: "Service temporarily unavailable",
      retryAfterMs: 1_000,
    });
    expect(refused.metadata.get("grpc-retry-pushback-ms")).toEqual(["-1"]);
    expect(await outcome(gateway, "free")).toBe("ok");

    for (let done = 1; done <= 8; done++) {
      await until(() => waiting.length > 0, "a call to finish");
      finishOne();
    }
    expect(await Promise.all(calls)).toEqual(ok(8));
    expect(peak).toBe(3);
    expect([...begun].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("functions F45: a task that throws leaves its slot usable", async () => {
    const failing = [-1, -2, -3].map((n) => call(n));
    await isBegun(3);
    const next = call(4);
    for (let done = 1; done <= 3; done++) finishOne();

    expect(await Promise.all(failing)).toEqual(Array(3).fill(Reason.Internal));
    await isBegun(4);
    finishOne();
    expect(await next).toBe("ok");
    expect(peak).toBeLessThanOrEqual(3);
  });

  test("functions F45: 60 calls, 8 at a time: never more than 3 run", async () => {
    for (let round = 0; round < 8; round++) {
      begun = [];
      const calls = Array.from({ length: 8 }, (_, n) => call(n));
      await isBegun(3);
      const pump = setInterval(finishOne, 1);
      expect(await Promise.all(calls)).toEqual(ok(8));
      clearInterval(pump);
    }

    expect(peak).toBe(3);
  });

  test("functions F45: a call whose time is up in the queue never starts, and makes room for others", async () => {
    const first = [1, 2, 3].map((n) => call(n));
    await isBegun(3);
    const late = [4, 5, 6, 7, 8].map((n) => call(n, 200));

    expect(await Promise.all(late)).toEqual(Array(5).fill(Reason.Timeout));
    await until(async () => (await explainedQueue()) === 0, "an empty queue");
    const next = call(9);
    for (let done = 1; done <= 3; done++) finishOne();
    await isBegun(4);
    finishOne();

    expect(await Promise.all([...first, next])).toEqual(ok(4));
    expect([...begun].sort()).toEqual([1, 2, 3, 9]);
  });

  /** How many calls of `work` wait, as ExplainCall tells it. */
  async function explainedQueue(): Promise<number> {
    const asked = ExecuteRequest.fromPartial({ service: "svc", function: "work", arguments: argsOf({ n: 1 }) });
    const { steps } = await ask<{ steps: { phase: string; reason: string }[] }>((done) =>
      gateway.client.explainCall({ call: asked, asUserId: "", asRoles: [] }, done as never),
    );
    const { reason = "" } = steps.find(({ phase }) => phase === "bulkhead") ?? {};
    return Number(/(\d+) queued \(svc\.work\)/.exec(reason)?.[1]);
  }

  const argsOf = (args: object) => ({ $case: "argsJson", value: Buffer.from(JSON.stringify(args)) }) as const;

  test("functions F45: streams hold their slots until they end", async () => {
    const open = () => {
      const stream = gateway.client.stream(StreamRequest.fromPartial({ service: "svc", function: "ticks" }));
      let items = 0;
      const over = new Promise<string>((resolve) => {
        stream.on("error", (error: ServiceError) => resolve(errorFromGrpc(error).reason));
      });
      const hasItem = new Promise<void>((resolve) => {
        stream.on("data", () => {
          items++;
          if (items === 2) resolve(); // started, and the first item
        });
      });
      return { stream, over, hasItem };
    };
    const [first, second] = [open(), open()];
    await within(Promise.all([first.hasItem, second.hasItem]), "two streams");

    expect(await open().over).toBe(Reason.Overloaded);

    first.stream.cancel();
    await first.over;
    const third = async () => {
      const one = open();
      const got = await Promise.race([one.hasItem.then(() => true), one.over.then(() => false)]);
      one.stream.cancel();
      return got;
    };
    await until(third, "a free slot");
    second.stream.cancel();
  });
});
