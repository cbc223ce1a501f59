import { afterEach, describe, expect, test } from "@jest/globals";
import { createClient } from "@weft/client";
import { errorFromStatus } from "@weft/contracts";
import { EndReason, type SessionResult } from "@weft/contracts/gateway";
import { Code, Reason, type WeftError } from "@weft/core";
import type { Pipeline } from "@weft/mesh";
import { cont, type Plugin } from "@weft/plugin-chain";
import { defineService, fn } from "@weft/service";
import { gated } from "../../support/gated-service.js";
import { openSession, type RawSession } from "../../support/open-session.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";
import { shiftedClock } from "../../support/shifted-clock.js";
import { until } from "../../support/within.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const echo = defineService({
  name: "echo",
  version: "1.0.0",
  functions: {
    say: fn({ args: { text: { type: "string" } }, permission: "public", handler: ({ text }) => text }),
    count: fn.stream({
      args: { to: { type: "num" } },
      permission: "public",
      async *handler({ to }) {
        for (let i = 1; i <= to; i++) yield i;
      },
    }),
    tell: fn({ args: {}, permission: "public", mode: "none", handler: () => {} }),
  },
});

async function meshOf(...options: Parameters<typeof runMesh>): Promise<RunningMesh> {
  const mesh = await runMesh(...options);
  cleanups.push(() => mesh.close());
  return mesh;
}

function json(args: object) {
  return { $case: "argsJson", value: Buffer.from(JSON.stringify(args)) } as const;
}

const say = (text: string) => ({ service: "echo", function: "say", arguments: json({ text }) });
const count = (to: number) => ({ service: "echo", function: "count", arguments: json({ to }) });

function said(result: SessionResult["result"]): unknown {
  if (result?.$case !== "execute" || result.value.outcome?.$case !== "resultJson") return result;
  return JSON.parse(result.value.outcome.value.toString());
}

function errorOf(result: SessionResult["result"]): WeftError | undefined {
  return result?.$case === "error" ? errorFromStatus(result.value) : undefined;
}

test("calls of one batch are answered, each with its own answer", async () => {
  const { client } = await meshOf([echo]);
  const session = openSession(client);
  const ids = Array.from({ length: 200 }, (_, i) => i + 1);

  session.send(...ids.map((id) => ({ id, execute: say(`text ${id}`) })));

  for (const id of ids) expect(said(await session.last(id))).toBe(`text ${id}`);
  session.rpc.end();
  expect(await session.ended).toBeUndefined();
  expect(Math.max(...session.batches)).toBeLessThanOrEqual(32);
});

test("a stream sends what the RPC Stream would, beside other calls", async () => {
  const { client } = await meshOf([echo]);
  const session = openSession(client);

  session.send({ id: 7, stream: count(3) }, { id: 8, execute: say("hello") });

  const messages = (await session.all(7)).map(({ result }) => result?.$case === "stream" && result.value.content);
  expect(messages).toMatchObject([
    { $case: "started" },
    ...[1, 2, 3].map((item) => ({ $case: "itemJson", value: Buffer.from(String(item)) })),
    { $case: "ended", value: { reason: EndReason.END_REASON_COMPLETED } },
  ]);
  expect(said(await session.last(8))).toBe("hello");
});

test("a function of mode none is acknowledged", async () => {
  const { client } = await meshOf([echo]);
  const session = openSession(client);

  session.send({ id: 1, execute: { service: "echo", function: "tell" } });

  expect(await session.last(1)).toMatchObject({ $case: "execute", value: { outcome: undefined, hasMore: false } });
});

test("an error ends its call, not the session", async () => {
  const { client } = await meshOf([echo]);
  const session = openSession(client);

  session.send(
    { id: 1, execute: { service: "echo" } },
    { id: 2, execute: { service: "echo", function: "count" } },
    { id: 3, stream: { service: "nobody", function: "f" } },
    { id: 4 },
    { id: 5, ping: true },
  );

  expect(errorOf(await session.last(1))).toMatchObject({ reason: Reason.MissingField });
  expect(errorOf(await session.last(2))).toMatchObject({ reason: Reason.WrongCallShape });
  expect(errorOf(await session.last(3))).toMatchObject({ reason: Reason.FunctionNotFound });
  expect(errorOf(await session.last(4))).toMatchObject({ code: Code.InvalidArgument, reason: Reason.MissingField });
  expect(await session.last(5)).toEqual({ $case: "pong", value: {} });
});

test("a cancel ends its call, and tells the function", async () => {
  const { service, isRunning, release } = gated();
  cleanups.push(release);
  const { client } = await meshOf([service]);
  const session = openSession(client);
  session.send({ id: 1, execute: { service: "gated", function: "work" } });
  await isRunning;

  session.send({ id: 1, cancel: true }, { id: 2, cancel: true });

  expect(errorOf(await session.last(1))).toMatchObject({ code: Code.Cancelled, reason: Reason.Cancelled });
  release();
  session.rpc.end();
  expect(await session.ended).toBeUndefined();
});

test("a time limit of a call is its deadline", async () => {
  const { service, release } = gated();
  const { client } = await meshOf([service]);
  const session = openSession(client);

  session.send({ id: 1, execute: { service: "gated", function: "work" }, timeoutMs: 100 });

  expect(errorOf(await session.last(1))).toMatchObject({ reason: Reason.Timeout, metadata: { clock: "client" } });
  release();
});

test("a request id is used by one live call of its caller, and free again after that", async () => {
  const { service, isRunning, release } = gated();
  const { client } = await meshOf([service, echo]);
  const session = openSession(client);
  session.send({ id: 1, execute: { service: "gated", function: "work", requestId: "r1" } });
  await isRunning;

  session.send(
    { id: 2, execute: { ...say("a"), requestId: "r1" } },
    { id: 3, stream: { ...count(1), requestId: "r1" } },
  );

  for (const id of [2, 3])
    expect(errorOf(await session.last(id))).toMatchObject({ code: Code.AlreadyExists, reason: Reason.RequestIdInUse });
  release();
  await session.last(1);
  session.send({ id: 4, execute: { ...say("a"), requestId: "r1" } });
  expect(said(await session.last(4))).toBe("a");
});

test("calls of a session count for its connection, beyond whose limit they are refused at once", async () => {
  const { service, release } = gated();
  const { client } = await meshOf([service, echo], { maxStreamsPerConnection: 3 });
  const session = openSession(client);
  const work = { service: "gated", function: "work" };

  session.send(...[1, 2, 3, 4].map((id) => ({ id, execute: work })));

  expect(errorOf(await session.last(4))).toMatchObject({ reason: Reason.TooManyStreams, metadata: { limit: "3" } });
  release();
  for (const id of [1, 2, 3]) await session.last(id);
  session.send({ id: 5, execute: say("again") });
  expect(said(await session.last(5))).toBe("again");
});

test("a half-close lets calls finish, then the session ends", async () => {
  const { service, isRunning, release } = gated();
  const { client } = await meshOf([service]);
  const session = openSession(client);
  session.send({ id: 1, execute: { service: "gated", function: "work" } });
  session.rpc.end();
  await isRunning;

  release();

  expect((await session.last(1))?.$case).toBe("execute");
  expect(await session.ended).toBeUndefined();
});

test("a caller who goes ends his calls", async () => {
  const ended: string[] = [];
  const waiting = defineService({
    name: "waiting",
    version: "1.0.0",
    functions: {
      call: fn({
        permission: "public",
        handler: (_args, { signal }) =>
          new Promise((resolve) => {
            ended.push("begun");
            signal.addEventListener("abort", () => resolve(ended.push("ended")));
          }),
      }),
    },
  });
  const { client } = await meshOf([waiting]);
  const session = openSession(client);
  session.send({ id: 1, execute: { service: "waiting", function: "call" } });
  await until(() => ended.length === 1, "the call's begin");

  session.rpc.cancel();

  await until(() => ended.length === 2, "the call's end");
});

test("a gateway that drains says so, finishes calls, ends streams, then the session", async () => {
  const { service, isRunning, release } = gated();
  const mesh = await meshOf([service]);
  const session = openSession(mesh.client);
  const other = openSession(mesh.client);
  other.send({ id: 1, ping: true });
  await other.last(1);
  session.send(
    { id: 1, execute: { service: "gated", function: "work" } },
    { id: 2, stream: { service: "gated", function: "ticks" } },
  );
  await isRunning;
  await until(() => session.results.length >= 2, "the stream's first item");

  const closed = mesh.gateway.close();

  const draining = { code: Code.Unavailable, reason: Reason.Draining, retryAfterMs: 1_000 };
  expect(errorOf(await session.last(2))).toMatchObject(draining);
  expect(session.results).toContainEqual({ id: 0, result: { $case: "draining", value: {} } });
  expect(await other.ended).toMatchObject(draining);
  session.send({ id: 3, execute: { service: "gated", function: "work" } });
  expect(errorOf(await session.last(3))).toMatchObject(draining);
  release();
  expect((await session.last(1))?.$case).toBe("execute");
  expect(await session.ended).toMatchObject(draining);
  await closed;
});

test("credentials that expire end streams at once, and the session when its calls have finished", async () => {
  const { service, isRunning, release } = gated();
  const clock = shiftedClock();
  const lifeMs = 9_000; // the calls themselves may take longer
  const shortLived: Plugin<Pipeline> = {
    name: "short-lived",
    callbacks: {
      connect(connection) {
        connection.expiresAt = clock.wallTime() + lifeMs;
        return cont;
      },
    },
  };
  const { client } = await meshOf([service], {}, { plugins: [shortLived], clock });
  const session = openSession(client);
  session.send(
    { id: 1, execute: { service: "gated", function: "work" } },
    { id: 2, stream: { service: "gated", function: "ticks" } },
  );
  await isRunning;
  await until(() => session.results.length > 0, "the stream's first item");

  clock.elapse(lifeMs);

  const expired = { code: Code.Unauthenticated, reason: Reason.CredentialsExpired };
  expect(errorOf(await session.last(2))).toMatchObject(expired);
  session.send({ id: 3, execute: { service: "gated", function: "work" } });
  expect(errorOf(await session.last(3))).toMatchObject(expired);
  release();
  expect((await session.last(1))?.$case).toBe("execute");
  expect(await session.ended).toMatchObject(expired);
});

test("libs/client: many callers at once, each with its own answer", async () => {
  const { address } = await meshOf([echo]);
  const client = createClient(address);
  cleanups.push(() => client.close());
  const one = async (caller: number) => {
    for (let i = 0; i < 50; i++)
      expect(await client.call("echo.say", { text: `${caller}/${i}` })).toBe(`${caller}/${i}`);
  };

  await Promise.all(Array.from({ length: 64 }, (_, caller) => one(caller)));
});

describe("what nobody can make sense of ends the session, and no other", () => {
  test.each<[string, (session: RawSession) => void]>([
    ["the id 0", (session) => session.send({ id: 0, ping: true })],
    [
      "an id that is in use",
      (session) => session.send({ id: 1, execute: { service: "gated", function: "work" } }, { id: 1, ping: true }),
    ],
    ["garbage", ({ sendBytes }) => sendBytes(Buffer.from("garbage"))],
    ["a batch that is cut off", ({ sendBytes }) => sendBytes(Buffer.from([0x0a, 0x7f, 0x08, 0x01]))],
    ["a length without end", ({ sendBytes }) => sendBytes(Buffer.alloc(20, 0xff).fill(0x0a, 0, 1))],
  ])("%s", async (_what, say) => {
    const { service, release } = gated();
    const { client } = await meshOf([service, echo]);
    const other = openSession(client);
    const session = openSession(client);

    say(session);

    expect(await session.ended).toMatchObject({ code: Code.InvalidArgument, reason: Reason.InvalidPayload });
    other.send({ id: 1, ping: true });
    expect(await other.last(1)).toMatchObject({ $case: "pong" });
    release();
  });

  test("a batch that is too large", async () => {
    const { client } = await meshOf([echo], { maxRequestBytes: 10_000 });
    const session = openSession(client);

    session.send({ id: 1, execute: say("x".repeat(10_000)) });

    expect(await session.ended).toMatchObject({ reason: Reason.PayloadTooLarge, metadata: { limit: "10000" } });
  });
});

test("10,000 calls in one batch are each answered, and others are served meanwhile", async () => {
  const { client } = await meshOf([echo]);
  const other = openSession(client);
  const session = openSession(client);
  const ids = Array.from({ length: 10_000 }, (_, i) => i + 1);

  session.send(...ids.map((id) => ({ id, execute: say("x") })));
  other.send({ id: 1, ping: true });

  await other.last(1);
  session.rpc.end();
  expect(await session.ended).toBeUndefined();
  expect(new Set(session.results.map(({ id }) => id)).size).toBe(10_000);
  for (const { result } of session.results)
    if (result?.$case === "error") expect(errorOf(result)).toMatchObject({ reason: Reason.TooManyStreams });
});

test("a client that does not read holds its streams up, and is not read from", async () => {
  let produced = 0;
  const flood = defineService({
    name: "flood",
    version: "1.0.0",
    functions: {
      items: fn.stream({
        permission: "public",
        async *handler() {
          for (;;) yield "x".repeat(10_000 + (produced++ % 10));
        },
      }),
    },
  });
  const { client } = await meshOf([flood, echo]);
  const session = openSession(client, { reads: false });
  session.send(...[1, 2, 3].map((id) => ({ id, stream: { service: "flood", function: "items" } })));
  let before = -1;
  await until(async () => {
    const isStill = before === produced && produced > 0;
    before = produced;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return isStill;
  }, "functions that stand still");

  expect(produced).toBeLessThan(3_000);
  session.rpc.cancel();
});
