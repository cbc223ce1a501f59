import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { afterEach, expect, test } from "@jest/globals";
import { grpcStatus } from "@weft/contracts";
import { EndReason, type StreamRequest, type StreamResponse } from "@weft/contracts/gateway";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { type Client, type ClientOptions, createClient } from "./client.js";
import { startFakeGateway } from "./testkit.js";

type StreamCall = ServerWritableStream<StreamRequest, StreamResponse>;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function clientOf(stream: (call: StreamCall) => void, options?: ClientOptions): Promise<Client> {
  const gateway = await startFakeGateway({ stream });
  cleanups.push(gateway.close);
  const client = createClient(gateway.address, options);
  cleanups.push(client.close);
  return client;
}

function message(content: StreamResponse["content"], hasMore = true): StreamResponse {
  return { requestId: "r1", sequence: 0, async: true, hasMore, content, resumeToken: "" };
}

const started = message({ $case: "started", value: { streamId: "g1:7", node: "n1" } });
const heartbeat = message({ $case: "heartbeat", value: {} });
const ended = message({ $case: "ended", value: { reason: EndReason.END_REASON_COMPLETED } }, false);
const item = (value: unknown, hasMore?: boolean) =>
  message({ $case: "itemJson", value: Buffer.from(JSON.stringify(value)) }, hasMore);

function send(call: StreamCall, ...messages: StreamResponse[]): void {
  for (const each of messages) call.write(each);
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const each of stream) items.push(each);
  return items;
}

test("a stream yields its items and nothing else, then ends", async () => {
  const client = await clientOf((call) => {
    send(call, started, item({ name: "Aalborg" }), heartbeat, item(null), ended);
    call.end();
  });

  const items = await collect(client.stream("places.export"));

  expect(items).toEqual([{ name: "Aalborg" }, null]);
});

test("the last item may be the end message", async () => {
  const client = await clientOf((call) => {
    send(call, started, item(1), item(2, false));
    call.end();
  });

  expect(await collect(client.stream("a.b"))).toEqual([1, 2]);
});

test("the stream says which one it is before the first item", async () => {
  const client = await clientOf((call) => {
    send(call, started, ended);
    call.end();
  });
  const stream = client.stream("places.export");

  expect(await stream.started()).toEqual({ streamId: "g1:7", node: "n1" });
  expect(await collect(stream)).toEqual([]);
  expect(await collect(stream)).toEqual([]);
  expect(await stream.started()).toEqual({ streamId: "g1:7", node: "n1" });
});

test("a failure comes after the items before it", async () => {
  const lost = new WeftError(Code.Unavailable, "connection lost", { reason: "CONNECTION_LOST", retryAfterMs: 1_000 });
  const client = await clientOf((call) => {
    send(call, started, item(1), item(2));
    call.emit("error", grpcStatus(lost));
  });
  const items: unknown[] = [];

  const reading = (async () => {
    for await (const each of client.stream("a.b")) items.push(each);
  })();

  await expect(reading).rejects.toMatchObject({ code: Code.Unavailable, retryAfterMs: 1_000 });
  expect(items).toEqual([1, 2]);
});

test("a refusal is thrown by the first pull, and by started()", async () => {
  const refusal = new WeftError(Code.NotFound, "no such country", { reason: "COUNTRY_NOT_FOUND", domain: "places" });
  const client = await clientOf((call) => call.emit("error", grpcStatus(refusal)));
  const stream = client.stream("places.export");

  await expect(stream.started()).rejects.toMatchObject({ reason: "COUNTRY_NOT_FOUND" });
  await expect(collect(stream)).rejects.toMatchObject({ reason: "COUNTRY_NOT_FOUND" });
});

test("a stream that stops without an end message is a failure", async () => {
  const client = await clientOf((call) => {
    send(call, started, item(1));
    call.end();
  });

  await expect(collect(client.stream("a.b"))).rejects.toMatchObject({
    code: Code.Internal,
    message: "stream ended without an end message",
  });
});

test("leaving the loop cancels the stream at the gateway", async () => {
  let cancelled: Promise<unknown> | undefined;
  const client = await clientOf((call) => {
    cancelled = once(call, "cancelled");
    send(call, started, item(1), item(2));
  });

  for await (const each of client.stream("a.b")) {
    expect(each).toBe(1);
    break;
  }

  await cancelled;
});

test("a signal cancels the stream at the gateway, also while items wait to be read", async () => {
  let cancelled: Promise<unknown> | undefined;
  const client = await clientOf((call) => {
    cancelled = once(call, "cancelled");
    send(call, started, item(1), item(2), item(3));
  });
  const abort = new AbortController();
  const items: unknown[] = [];

  const reading = (async () => {
    for await (const each of client.stream("a.b", {}, { signal: abort.signal })) {
      items.push(each);
      abort.abort();
    }
  })();

  await expect(reading).rejects.toMatchObject({ code: Code.Cancelled, reason: "CANCELLED" });
  await cancelled;
  expect(items).toEqual([1]);
});

test("a signal that has fired already opens no stream", async () => {
  let opened = 0;
  const client = await clientOf(() => opened++);

  const stream = client.stream("a.b", {}, { signal: AbortSignal.abort() });

  await expect(stream.started()).rejects.toMatchObject({ code: Code.Cancelled });
  expect(opened).toBe(0);
});

test("a gateway that does not accept the stream in time is given up", async () => {
  const clock = fakeClock();
  let cancelled: Promise<unknown> | undefined;
  const client = await clientOf(
    (call) => {
      cancelled = once(call, "cancelled");
      clock.advance(1_000);
    },
    { timeoutMs: 1_000, clock },
  );

  await expect(client.stream("a.b").started()).rejects.toMatchObject({
    code: Code.DeadlineExceeded,
    reason: "TIMEOUT",
  });
  await cancelled;
  expect(clock.pending).toBe(0);
});

test("a stream ends at its time limit", async () => {
  const client = await clientOf((call) => send(call, started, item(1)));

  const stream = client.stream("a.b", {}, { timeoutMs: 100 });

  await expect(collect(stream)).rejects.toMatchObject({ code: Code.DeadlineExceeded, reason: "TIMEOUT" });
});

test("a consumer that waits holds the gateway back", async () => {
  let sent = 0;
  const client = await clientOf(async (call) => {
    send(call, started);
    for (; sent < 500 && !call.cancelled; sent++) {
      const hasRoom = call.write(item("x".repeat(64_000)));
      if (!hasRoom) await Promise.race([once(call, "drain"), once(call, "cancelled")]);
    }
    send(call, ended);
    call.end();
  });
  let received = 0;
  let mostAhead = 0;

  for await (const _ of client.stream("a.b")) {
    received++;
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    mostAhead = Math.max(mostAhead, sent - received);
  }

  expect(received).toBe(500);
  expect(mostAhead).toBeLessThan(50);
});
