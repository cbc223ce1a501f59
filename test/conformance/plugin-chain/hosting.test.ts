import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { context, type Span, type SpanContext, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { type Client, createClient } from "@weft/client";
import { ListNodesRequest } from "@weft/contracts/admin";
import { Code, Reason, WeftError } from "@weft/core";
import { executorEvents } from "@weft/mesh";
import type { Plugin } from "@weft/plugin-chain";
import { defineService, fn, type HandlerContext, type Hosting, type ServiceDefinition } from "@weft/service";
import { createTestMesh } from "@weft/service/testkit";
import { failure, type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { until } from "../../support/within.js";

let mesh: RunningMesh;
let client: Client;
async function start(...services: readonly ServiceDefinition[]): Promise<void> {
  mesh = await runMesh(services);
  client = createClient(mesh.address, { metadata: () => ({ traceparent: parent }) });
}
afterEach(async () => {
  client.close();
  await mesh.close();
});

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test("plugin-chain P16: a service that stops leaves discovery, and what it gave out is of no use", async () => {
  let kept: HandlerContext | undefined;
  const service = defineService({
    name: "short",
    version: "1.0.0",
    functions: {
      keep: fn({
        permission: "public",
        handler(_args, own) {
          kept = own;
        },
      }),
    },
  });
  await start();
  const running = await mesh.add(service);
  await client.call("short.keep");

  await running.close();

  const listed = () =>
    new Promise<readonly string[]>((resolve, reject) =>
      mesh.admin.listNodes(ListNodesRequest.fromPartial({}), (error, response) =>
        error === null ? resolve(response.nodes.map((node) => node.service)) : reject(error),
      ),
    );
  await until(async () => !(await listed()).includes("short"), "a gateway that has heard of it");
  expect(await failure(client.call("short.keep"))).toMatchObject({ reason: Reason.NoNodesAvailable });
  expect(await failure(kept?.call("short.keep") as Promise<unknown>)).toMatchObject({
    code: Code.Unavailable,
    reason: Reason.Draining,
  });
  await expect(running.close()).resolves.toBeUndefined();
});

describe("plugin-chain P31:", () => {
  let runs = 0;
  const failing = (functions: ServiceDefinition["functions"]) =>
    defineService({ name: "failing", version: "1.0.0", functions });
  const throwing = {
    permission: "public",
    handler() {
      runs++;
      throw new Error("no luck");
    },
  } as const;
  beforeEach(() => {
    runs = 0;
  });

  test("a function's throw is a typed error, its text for the log alone", async () => {
    await start(failing({ run: fn(throwing) }));

    const error = await failure(client.call("failing.run"));

    expect(error).toBeInstanceOf(WeftError);
    expect(error).toMatchObject({ code: Code.Internal, reason: Reason.Internal, message: "Internal Server Error" });
    expect(runs).toBe(1);
  });

  test("two retries run an idempotent function three times", async () => {
    await start(failing({ run: fn({ ...throwing, idempotent: true, retry: 2 }) }));

    expect(await failure(client.call("failing.run"))).toMatchObject({ code: Code.Internal });
    expect(runs).toBe(3);
  });

  test("a timeout is an error of the same class", async () => {
    const handler = (_args: object, { signal }: HandlerContext) =>
      new Promise((resolve) => signal.addEventListener("abort", resolve));
    await start(failing({ run: fn({ permission: "public", timeoutMs: 100, handler }) }));

    const error = await failure(client.call("failing.run"));

    expect(error).toBeInstanceOf(WeftError);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  });
});

test("plugin-chain P32: an around on the inbound call sees every call, plain or nested, unary or stream, and may forbid it", async () => {
  const seen: unknown[] = [];
  let runs = 0;
  const guard: Plugin<Hosting> = {
    name: "guard",
    callbacks: {
      handle: (next) => async (call) => {
        seen.push([call.service, call.functionName, call.args, call.context.requestId, call.attempt]);
        const [args] = call.args as [{ word?: string }];
        if (args.word !== "forbidden") return next(call);
        throw new WeftError(Code.PermissionDenied, "forbidden", { reason: "FORBIDDEN_WORD" });
      },
      produce: (next) => (call) => {
        seen.push([call.service, call.functionName, call.args, call.context.requestId, call.attempt]);
        return next(call);
      },
    },
  };
  const word = { type: "string" } as const;
  const words = defineService({
    name: "words",
    version: "1.0.0",
    plugins: [guard],
    functions: {
      say: fn({
        args: { word },
        permission: "public",
        handler({ word: said }) {
          runs++;
          return said;
        },
      }),
      pass: fn({ args: { word }, permission: "public", handler: (args, { call }) => call("words.say", args) }),
      spell: fn.stream({
        args: { word },
        permission: "public",
        async *handler({ word: spelt }) {
          yield* spelt;
        },
      }),
    },
  });
  await start(words);

  await client.call("words.say", { word: "hi" }, { requestId: "r1" });
  await client.call("words.pass", { word: "ho" }, { requestId: "r2" });
  for await (const _letter of client.stream("words.spell", { word: "hm" }, { requestId: "r3" }));
  expect(seen).toEqual([
    ["words", "say", [{ word: "hi" }], "r1", 1],
    ["words", "pass", [{ word: "ho" }], "r2", 1],
    ["words", "say", [{ word: "ho" }], "r2", 1],
    ["words", "spell", [{ word: "hm" }], "r3", 1],
  ]);

  runs = 0;
  for (const name of ["words.say", "words.pass"])
    expect(await failure(client.call(name, { word: "forbidden" }))).toMatchObject({
      code: Code.PermissionDenied,
      reason: "FORBIDDEN_WORD",
      domain: "words",
    });
  expect(runs).toBe(0);
});

describe("plugin-chain P36:", () => {
  const log: string[] = [];
  const starts: ReadableSpan[] = [];
  const provider = new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: (span) => void starts.push(span),
        onEnd: (span) => void log.push(`end ${span.name}`),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const tracer = provider.getTracer("test");
  const manager = new AsyncLocalStorageContextManager();
  beforeEach(() => {
    context.setGlobalContextManager(manager.enable());
    log.length = 0;
    starts.length = 0;
  });
  afterEach(() => context.disable());

  /** The trace that a call came with, unless the caller's span is at hand. */
  function parentOf({ trace: { traceparent } }: HandlerContext) {
    const active = context.active();
    if (trace.getSpan(active) !== undefined) return active;
    const [, traceId = "", spanId = "", flags = ""] = traceparent.split("-");
    const remote: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
    return traceparent === "" ? active : trace.setSpanContext(active, remote);
  }

  const tracing: Plugin<Hosting> = {
    name: "tracing",
    callbacks: {
      handle: (next) => async (call) => {
        const name = `${call.service}.${call.functionName}`;
        log.push(`start ${name}`);
        const run = async (span: Span) => {
          try {
            return await next(call);
          } finally {
            span.end();
          }
        };
        return tracer.startActiveSpan(name, {}, parentOf(call.context), run);
      },
    },
  };

  const term = new WeftError(Code.Aborted, "lost the race", { reason: "RACE_LOST", metadata: { by: "1" } });
  const inner = defineService({
    name: "inner",
    version: "1.0.0",
    plugins: [tracing],
    functions: {
      value: fn({ permission: "public", handler: () => ({ deep: [1, null, { a: "x" }] }) }),
      fail: fn({
        permission: "public",
        handler() {
          throw term;
        },
      }),
    },
  });
  const outer = defineService({
    name: "outer",
    version: "1.0.0",
    plugins: [tracing],
    functions: {
      value: fn({
        permission: "public",
        handler: (_args, { call }) =>
          tracer.startActiveSpan("step", async (span) => {
            const value = await call("inner.value");
            span.end();
            return value;
          }),
      }),
    },
  });

  test("spans and events come in the order of the calls, the nested parent before its child; values are unchanged", async () => {
    await start(inner, outer);
    const stops = [
      executorEvents.requestStart.listen((event) => log.push(`called ${event.service}.${event.request_type}`)),
      executorEvents.requestStop.listen((event) => log.push(`over ${event.service}.${event.request_type}`)),
    ];

    const value = await client.call("outer.value");
    for (const stop of stops) stop();

    expect(value).toEqual({ deep: [1, null, { a: "x" }] });
    expect(starts.map(({ name }) => name)).toEqual(["outer.value", "step", "inner.value"]);
    expect(log.filter((line) => !line.endsWith("step"))).toEqual([
      "called outer.value",
      "start outer.value",
      "start inner.value",
      "end inner.value",
      "end outer.value",
      "over outer.value",
    ]);
    const [first, step] = starts;
    expect(first?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(step?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(new Set(starts.map((span) => span.spanContext().traceId))).toEqual(
      new Set(["0af7651916cd43dd8448eb211c80319c"]),
    );
  });

  test("an error goes through it unchanged", async () => {
    await start(inner);

    expect(await failure(client.call("inner.fail"))).toMatchObject({
      code: term.code,
      message: term.message,
      reason: term.reason,
      metadata: term.metadata,
      domain: "inner",
    });
    expect(log).toEqual(["start inner.fail", "end inner.fail"]);
  });

  test("within one process a nested call's span is a child of its caller's", async () => {
    await start();
    const local = await createTestMesh({ services: [inner, outer] });

    await local.call("outer.value");
    await local.close();

    const [first, step, last] = starts;
    expect(step?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(last?.parentSpanContext?.spanId).toBe(step?.spanContext().spanId);
  });
});
