import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { decodeValue } from "@weft/contracts";
import { EndReason, type StreamResponse } from "@weft/contracts/gateway";
import { Code, Reason, WeftError } from "@weft/core";
import { defineService, fn } from "@weft/service";
import { failure, type RunningMesh, runMesh, unary } from "../../support/running-mesh.js";
import { openStream } from "../../support/stream-reader.js";

/** What the producers below have done. */
let made = 0;
let cleanUps = 0;
let onCleanUp = () => {};

async function* counting(to: number, each: (i: number) => unknown = (i) => i) {
  try {
    for (let i = 1; i <= to; i++) {
      made = i;
      yield each(i);
    }
  } finally {
    cleanUps++;
    onCleanUp();
  }
}

const numbers = defineService({
  name: "numbers",
  version: "1.0.0",
  functions: {
    count: fn.stream({
      args: { to: { type: "num" } },
      permission: "public",
      handler: ({ to }) => counting(to),
    }),
    large: fn.stream({ permission: "public", handler: () => counting(100_000, () => "x".repeat(10_000)) }),
    refuse: fn.stream({
      permission: "public",
      async *handler() {
        yield* [];
        throw new WeftError(Code.NotFound, "no such numbers", { reason: "NUMBERS_NOT_FOUND" });
      },
    }),
    break: fn.stream({
      permission: "public",
      async *handler() {
        yield* [1, 2];
        throw new Error("the password is 1234");
      },
    }),
    wait: fn.stream({
      permission: "public",
      async *handler(_args, { signal }) {
        try {
          yield 1;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        } finally {
          cleanUps++;
          onCleanUp();
        }
      },
    }),
    silent: fn.stream({
      permission: "public",
      handler: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }),
    }),
    one: fn({ permission: "public", handler: () => "just this" }),
  },
});

let mesh: RunningMesh;
beforeAll(async () => {
  mesh = await runMesh([numbers]);
});
afterAll(() => mesh.close());
beforeEach(() => {
  made = 0;
  cleanUps = 0;
  onCleanUp = () => {};
});

const open = (functionName: string, args = "{}", fields: object = {}) =>
  openStream(mesh.client, {
    service: "numbers",
    function: functionName,
    arguments: { $case: "argsJson", value: Buffer.from(args) },
    ...fields,
  });

const itemsOf = (messages: StreamResponse[]) =>
  messages.flatMap(({ content }) => (content?.$case === "itemJson" ? [JSON.parse(content.value.toString())] : []));

const cleanedUp = () =>
  new Promise<void>((resolve) => {
    if (cleanUps > 0) resolve();
    onCleanUp = resolve;
  });

test("a stream is Started, its items in order, and one end", async () => {
  const messages = await open("count", '{"to":3}', { requestId: "s1" }).rest();

  expect(messages.map(({ content, sequence, hasMore, async }) => [content?.$case, sequence, hasMore, async])).toEqual([
    ["started", 0, true, true],
    ["itemJson", 1, true, true],
    ["itemJson", 2, true, true],
    ["itemJson", 3, true, true],
    ["ended", 3, false, true],
  ]);
  expect(new Set(messages.map(({ requestId }) => requestId))).toEqual(new Set(["s1"]));
  expect(messages.at(-1)?.content).toEqual({ $case: "ended", value: { reason: EndReason.END_REASON_COMPLETED } });
});

test("items are Values where the arguments were none or a Struct", async () => {
  const messages = await openStream(mesh.client, { service: "numbers", function: "one" }).rest();

  const values = messages.flatMap(({ content }) => (content?.$case === "item" ? [decodeValue(content.value)] : []));
  expect(values).toEqual(["just this"]);
});

test("a unary function gives its answer as the one item", async () => {
  const messages = await open("one").rest();

  expect(messages.map(({ content, async }) => [content?.$case, async])).toEqual([
    ["started", false],
    ["itemJson", false],
    ["ended", false],
  ]);
});

test("an empty stream is Started and ended", async () => {
  expect((await open("count", '{"to":0}').rest()).map(({ content }) => content?.$case)).toEqual(["started", "ended"]);
});

test("a producer that refuses at once fails the call before Started", async () => {
  const stream = open("refuse");

  expect(await failure(stream.next())).toMatchObject({
    code: Code.NotFound,
    reason: "NUMBERS_NOT_FOUND",
    domain: "numbers",
  });
});

test("a producer that throws ends the stream with one error after its items", async () => {
  const stream = open("break");

  expect(itemsOf([await stream.next(), await stream.next(), await stream.next()])).toEqual([1, 2]);
  expect(await failure(stream.next())).toMatchObject({ code: Code.Internal, message: "Internal Server Error" });
});

test("wrong arguments are refused before Started", async () => {
  expect(await failure(open("count", '{"to":"x"}').next())).toMatchObject({ reason: Reason.InvalidArgument });
});

describe("a stream that somebody ends", () => {
  test("by StopStream with its id: the producer cleans up, and there is one end message", async () => {
    const stream = open("wait");
    const started = await stream.next();
    await stream.next();
    const streamId = started.content?.$case === "started" ? started.content.value.streamId : "";

    const answer = await unary(mesh.client, "stopStream", { stream: { $case: "streamId", value: streamId } });

    expect(answer).toEqual({ stopped: true, lastSequence: 1 });
    const rest = await stream.rest();
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({
      hasMore: false,
      sequence: 1,
      content: { $case: "ended", value: { reason: EndReason.END_REASON_STOPPED } },
    });
    await cleanedUp();
    expect(cleanUps).toBe(1);
  });

  test("by StopStream with its request id", async () => {
    const stream = open("wait", "{}", { requestId: "stop-me" });
    await stream.next();

    const answer = await unary(mesh.client, "stopStream", { stream: { $case: "requestId", value: "stop-me" } });

    expect(answer.stopped).toBe(true);
    await stream.rest();
    await cleanedUp();
  });

  test("by cancel: the producer cleans up", async () => {
    const stream = open("wait");
    await stream.next();

    stream.cancel();

    await cleanedUp();
    expect(await failure(stream.rest())).toMatchObject({ code: Code.Cancelled });
  });

  test("before its producer gave anything", async () => {
    const stream = open("silent", "{}", { requestId: "silent-1" });
    expect((await stream.next()).content?.$case).toBe("started");

    await unary(mesh.client, "stopStream", { stream: { $case: "requestId", value: "silent-1" } });

    expect(await stream.rest()).toMatchObject([{ sequence: 0, hasMore: false }]);
  });
});

test("stopping what is not there is an answer", async () => {
  const answer = await unary(mesh.client, "stopStream", { stream: { $case: "streamId", value: "nobody's" } });

  expect(answer).toEqual({ stopped: false, lastSequence: 0 });
});

test("a request id belongs to one open stream at a time", async () => {
  const first = open("wait", "{}", { requestId: "twice" });
  await first.next();

  expect(await failure(open("wait", "{}", { requestId: "twice" }).next())).toMatchObject({
    code: Code.AlreadyExists,
    reason: Reason.RequestIdInUse,
  });
  first.cancel();
  await cleanedUp();
});

test("a reader that stops reading stops the producer", async () => {
  const stream = open("large");
  await stream.next();

  let before = -1;
  while (made !== before) {
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }

  expect(made).toBeLessThan(500); // of 100,000: what the buffers of three hops hold
  stream.cancel();
  await cleanedUp();
});
