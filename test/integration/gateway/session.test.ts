import { afterEach, expect, test } from "@jest/globals";
import { errorFromStatus } from "@weft/contracts";
import { EndReason, type SessionResult } from "@weft/contracts/gateway";
import { Code, Reason, type WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { gated } from "../../support/gated-service.js";
import { openSession } from "../../support/open-session.js";
import { type RunningMesh, runMesh } from "../../support/running-mesh.js";

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

async function meshOf(...[services, settings]: Parameters<typeof runMesh>): Promise<RunningMesh> {
  const mesh = await runMesh(services, settings);
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
