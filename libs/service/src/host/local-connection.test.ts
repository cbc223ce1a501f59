import { expect, test } from "@jest/globals";
import { ExecuteRequest, StreamRequest } from "@weft/contracts/node";
import { Code, Reason, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { fn } from "../define/function.js";
import { defineService } from "../define/service.js";
import { hostService } from "./host-service.js";
import { localConnection } from "./local-connection.js";

const numbers = defineService({
  name: "numbers",
  version: "1.0.0",
  functions: {
    double: fn({ permission: "public", args: { n: { type: "num" } }, handler: ({ n }) => n * 2 }),
    echo: fn({ permission: "public", args: { text: { type: "string" } }, handler: ({ text }) => text + text }),
    refuse: fn({
      permission: "public",
      handler() {
        throw new WeftError(Code.NotFound, "x".repeat(300), { reason: "NO_NUMBER", cause: new Error("secret") });
      },
    }),
    wait: fn({
      permission: "public",
      handler: (_args, { signal }) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason))),
    }),
    count: fn.stream({
      permission: "public",
      args: { to: { type: "num" } },
      async *handler({ to }) {
        if (to < 0) throw new WeftError(Code.OutOfRange, "not that way");
        for (let i = 1; i <= to; i++) yield i;
      },
    }),
  },
});

async function connected() {
  const clock = fakeClock();
  const { host, plugins } = hostService(numbers, {
    limits: { maxRequestBytes: 1_000, maxResponseBytes: 1_000, detailErrors: false },
    openMesh: () => Promise.reject(new Error("it calls nobody")),
    clock,
    logger: silentLogger,
  });
  await plugins.start();
  return { clock, plugins, connection: localConnection(host, { clock, chains: [plugins] }) };
}

const fields = (name: string, args: object) => ({
  context: { requestId: "r1", hop: 1, attempt: 1 },
  service: "numbers",
  function: name,
  argsJson: Buffer.from(JSON.stringify(args)),
});
const execute = (name: string, args: object = {}) => ExecuteRequest.fromPartial(fields(name, args));
const stream = (name: string, args: object = {}) => StreamRequest.fromPartial(fields(name, args));
const unlimited = () => ({ timeoutMs: Number.POSITIVE_INFINITY, signal: new AbortController().signal });

test("bytes go in and bytes come out, and the arguments are checked", async () => {
  const { connection } = await connected();

  expect(String(await connection.execute(execute("double", { n: 21 }), unlimited()))).toBe("42");
  await expect(connection.execute(execute("double", { n: "x" }), unlimited())).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field: "args.n" }],
  });
});

test("an error is what a status would carry of it", async () => {
  const { connection } = await connected();

  const error = await connection.execute(execute("refuse"), unlimited()).catch((thrown: WeftError) => thrown);

  expect(error).toMatchObject({ code: Code.NotFound, reason: "NO_NUMBER", domain: "numbers" });
  expect((error as WeftError).cause).toBeUndefined();
  expect((error as WeftError).message).toHaveLength(256);
});

test("a call ends at its time limit, though the handler goes on; no timer stays behind", async () => {
  const { connection, clock } = await connected();
  const call = connection.execute(execute("wait"), { ...unlimited(), timeoutMs: 50 });
  const error = call.catch((thrown: WeftError) => thrown);

  clock.advance(50);

  expect(await error).toMatchObject({ code: Code.DeadlineExceeded, reason: Reason.Timeout });
  expect(clock.pending).toBe(0);
});

test("a call without time left does not start", async () => {
  const { connection } = await connected();

  await expect(connection.execute(execute("double", { n: 1 }), { ...unlimited(), timeoutMs: 0 })).rejects.toMatchObject(
    {
      reason: Reason.Timeout,
    },
  );
});

test("who cancels hears the reason that it gave", async () => {
  const { connection } = await connected();
  const abort = new AbortController();
  const stopped = new WeftError(Code.Cancelled, "stream stopped", { reason: Reason.Cancelled });
  const call = connection.execute(execute("wait"), { ...unlimited(), signal: abort.signal });

  abort.abort(stopped);

  await expect(call).rejects.toBe(stopped);
});

test("a stream gives its items in order, or the refusal that came instead", async () => {
  const { connection } = await connected();
  const items: string[] = [];

  for await (const { sequence, json } of await connection.open(stream("count", { to: 3 }), unlimited()))
    items.push(`${sequence}: ${json}`);

  expect(items).toEqual(["1: 1", "2: 2", "3: 3"]);
  await expect(connection.open(stream("count", { to: -1 }), unlimited())).rejects.toMatchObject({
    code: Code.OutOfRange,
    domain: "numbers",
  });
});

test("what is over a limit is refused with limit, size and setting", async () => {
  const { connection } = await connected();
  const tooLong = execute("echo", { text: "x".repeat(1_000) });

  await expect(connection.execute(execute("echo", { text: "x".repeat(600) }), unlimited())).rejects.toMatchObject({
    reason: Reason.PayloadTooLarge,
    metadata: { limit: "1000", actual: "1202", setting: "WEFT_MAX_RESPONSE_BYTES" },
  });
  await expect(connection.execute(tooLong, unlimited())).rejects.toMatchObject({
    reason: Reason.PayloadTooLarge,
    metadata: { limit: "1000", actual: "1011", setting: "WEFT_MAX_REQUEST_BYTES" },
  });
});

test("a function that is not there, or of another shape, is refused", async () => {
  const { connection } = await connected();

  await expect(connection.execute(execute("count", { to: 1 }), unlimited())).rejects.toMatchObject({
    reason: Reason.WrongCallShape,
  });
  await expect(connection.execute(execute("none"), unlimited())).rejects.toMatchObject({
    code: Code.Unimplemented,
    reason: Reason.FunctionNotFound,
  });
});

test("a stopped service refuses, so that the call goes elsewhere", async () => {
  const { connection, plugins } = await connected();

  await plugins.stop();

  await expect(connection.execute(execute("double", { n: 1 }), unlimited())).rejects.toMatchObject({
    code: Code.Unavailable,
    reason: Reason.Draining,
    domain: "weft",
  });
});

test("it tells what it hosts and which chain runs", async () => {
  const { connection } = await connected();

  const { functions } = await connection.functions(unlimited());
  const [chain] = await connection.explainPlugins(unlimited());

  expect(functions.map((config) => config.function)).toEqual(["double", "echo", "refuse", "wait", "count"]);
  expect(chain).toMatchObject({ name: "numbers", status: "running" });
});
