import { expect, test } from "@jest/globals";
import { CallContext, type StreamResponse } from "@weft/contracts/node";
import { Code, Reason, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { fn } from "../define/function.js";
import { createAnswers } from "./answers.js";
import { JoinedGets } from "./cache/joined-gets.js";
import { createHandlerContext } from "./create-handler-context.js";
import type { IncomingCall } from "./hosting.js";
import { createOutgoing } from "./outgoing.js";
import { produce } from "./produce.js";

/** A producer of the test's own, so that it is seen what is asked of it. */
interface Producer {
  readonly items: AsyncIterable<unknown>;
  /** Gives what `next` has been asked for. */
  give(item: unknown): void;
  end(): void;
  fail(error: unknown): void;
  asked: number;
  cleanUps: number;
}

function producer(onReturn: () => Promise<unknown> = async () => {}): Producer {
  let settle: { resolve(result: IteratorResult<unknown>): void; reject(error: unknown): void } | undefined;
  const iterator: AsyncIterator<unknown> = {
    next() {
      made.asked++;
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    async return() {
      made.cleanUps++;
      await onReturn();
      return { done: true, value: undefined };
    },
  };
  const made: Producer = {
    items: { [Symbol.asyncIterator]: () => iterator },
    give: (value) => settle?.resolve({ done: false, value }),
    end: () => settle?.resolve({ done: true, value: undefined }),
    fail: (error) => settle?.reject(error),
    asked: 0,
    cleanUps: 0,
  };
  return made;
}

function producing(items: () => AsyncIterable<unknown>, send?: (message: StreamResponse) => void | Promise<void>) {
  const clock = fakeClock();
  const abort = new AbortController();
  const sent: string[] = [];
  const outgoing = createOutgoing(() => Promise.reject(new Error("it calls nobody")));
  const answers = createAnswers({ maxResponseBytes: 1_000_000, detailErrors: false });
  const call: IncomingCall = {
    service: "numbers",
    functionName: "count",
    version: "",
    definition: fn.stream({ handler: items }),
    args: [{}],
    caller: "gateway-1",
    attempt: 1,
    context: createHandlerContext(
      CallContext.fromPartial({ requestId: "r1" }),
      { endsAt: Number.POSITIVE_INFINITY, abort },
      { outgoing, cacheGets: new JoinedGets(outgoing, clock), clock, logger: silentLogger },
    ),
  };
  const done = produce(
    call,
    items,
    (message) => {
      const { content, sequence } = message;
      sent.push(`${sequence} ${content?.$case === "itemJson" ? content.value : content?.$case}`);
      return send?.(message);
    },
    { clock, answers },
  );
  done.catch(() => {}); // looked at by the test when it is ready to
  return { clock, abort, sent, done };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("items go out numbered, between accepted and ended; a producer that ended by itself is not asked to clean up", async () => {
  const own = producer();
  const { sent, done, clock } = producing(() => own.items);

  own.give("a");
  await settle();
  own.give("b");
  await settle();
  own.end();
  await done;

  expect(sent).toEqual(["0 accepted", '1 "a"', '2 "b"', "2 ended"]);
  expect(own.cleanUps).toBe(0);
  expect(clock.pending).toBe(0);
});

test("a stream whose first item is slow is accepted after 100 ms", async () => {
  const own = producer();
  const { sent, clock } = producing(() => own.items);

  clock.advance(99);
  await settle();
  expect(sent).toEqual([]);
  clock.advance(1);
  await settle();
  expect(sent).toEqual(["0 accepted"]);

  own.give(1);
  await settle();
  expect(sent).toEqual(["0 accepted", "1 1"]);
});

test("a producer that refuses at once is the call's answer: nothing is accepted", async () => {
  const own = producer();
  const { sent, done } = producing(() => own.items);

  own.fail(new WeftError(Code.NotFound, "no such numbers", { reason: "NUMBERS_NOT_FOUND" }));

  await expect(done).rejects.toMatchObject({ code: Code.NotFound, domain: "numbers" });
  expect(sent).toEqual([]);
  expect(own.cleanUps).toBe(0);
});

test.each<[string, () => AsyncIterable<unknown>]>([
  [
    "throws instead of giving items",
    () => {
      throw new Error("the password is 1234");
    },
  ],
  ["gives what is no stream", () => [1, 2] as unknown as AsyncIterable<unknown>],
])("a handler that %s is an internal error of the handler", async (_what, items) => {
  await expect(producing(items).done).rejects.toMatchObject({
    code: Code.Internal,
    reason: Reason.Internal,
    message: "Internal Server Error",
    requestId: "r1",
  });
});

test("an item that is no data ends the stream, and the producer cleans up", async () => {
  const own = producer();
  const { done } = producing(() => own.items);

  own.give(new Map());

  await expect(done).rejects.toMatchObject({ message: "Internal Server Error" });
  expect(own.cleanUps).toBe(1);
});

test("the next item is asked for when the last one is on its way, not before", async () => {
  const own = producer();
  let read = () => {};
  const { done } = producing(
    () => own.items,
    ({ content }) =>
      content?.$case === "itemJson"
        ? new Promise<void>((resolve) => {
            read = resolve;
          })
        : undefined,
  );

  own.give(1);
  await settle();
  expect(own.asked).toBe(1);
  read();
  await settle();
  expect(own.asked).toBe(2);

  own.end();
  await done;
});

test("a producer that does not look at its signal does not hold the call, and cleans up once", async () => {
  let cleanedUp = () => {};
  const own = producer(
    () =>
      new Promise<void>((resolve) => {
        cleanedUp = resolve;
      }),
  );
  const { abort, done } = producing(() => own.items);
  own.give(1);
  await settle();
  const cut = new WeftError(Code.Unavailable, "cut", { reason: Reason.Draining });

  abort.abort(cut);

  await expect(done).rejects.toBe(cut);
  expect(own.cleanUps).toBe(1);
  cleanedUp();
});

test("a call that is over before it begins asks for nothing", async () => {
  const own = producer();
  const { abort, sent, done } = producing(() => own.items);
  abort.abort(new WeftError(Code.Cancelled, "gone"));
  own.give(1);

  await expect(done).rejects.toMatchObject({ code: Code.Cancelled });
  expect(sent).toEqual([]);
  expect(own.cleanUps).toBe(1);
});

test("a reader who is gone ends the stream, whatever goes wrong while cleaning up", async () => {
  const own = producer(() => Promise.reject(new Error("nothing to close")));
  const gone = new WeftError(Code.Cancelled, "gone");
  const { done } = producing(
    () => own.items,
    ({ content }) => (content?.$case === "itemJson" ? Promise.reject(gone) : undefined),
  );

  own.give(1);

  await expect(done).rejects.toBe(gone);
  expect(own.cleanUps).toBe(1);
});
