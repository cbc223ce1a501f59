import { expect, test } from "@jest/globals";
import { Code, Reason } from "@weft/core";
import { createLiveCalls, type LiveCall } from "./live-calls.js";

const call = (fields: Partial<LiveCall> = {}): LiveCall => ({
  abort: new AbortController(),
  connection: "10.0.0.1:5000",
  isStream: false,
  ...fields,
});

const roomy = { maxStreams: 100, maxStreamsPerConnection: 100 };

test("calls count until they leave, each once however often it does", () => {
  const live = createLiveCalls(roomy);

  const [leave] = [live.enter(call()), live.enter(call())];
  leave();
  leave();

  expect(live.count).toBe(1);
});

test("the limit of a connection holds for that connection, and an end makes room", () => {
  const live = createLiveCalls({ ...roomy, maxStreamsPerConnection: 2 });
  const leave = live.enter(call());
  live.enter(call());

  expect(() => live.enter(call())).toThrow(
    expect.objectContaining({
      code: Code.ResourceExhausted,
      reason: Reason.TooManyStreams,
      metadata: { limit: "2", setting: "WEFT_MAX_STREAMS_PER_CONNECTION" },
    }),
  );
  live.enter(call({ connection: "10.0.0.1:5001" }));
  leave();
  live.enter(call());
  expect(() => live.enter(call())).toThrow();
  expect(live.count).toBe(3);
});

test("repeating the end of one call makes no room for two", () => {
  const live = createLiveCalls({ ...roomy, maxStreamsPerConnection: 2 });
  const leave = live.enter(call());
  live.enter(call());

  leave();
  leave();
  live.enter(call());

  expect(() => live.enter(call())).toThrow(expect.objectContaining({ reason: Reason.TooManyStreams }));
});

test("the limit of the process holds over all connections", () => {
  const live = createLiveCalls({ ...roomy, maxStreams: 2 });
  live.enter(call({ connection: "10.0.0.1:1" }));
  live.enter(call({ connection: "10.0.0.2:1" }));

  expect(() => live.enter(call({ connection: "10.0.0.3:1" }))).toThrow(
    expect.objectContaining({ metadata: { limit: "2", setting: "WEFT_MAX_STREAMS" } }),
  );
});

test("a refused call does not count", () => {
  const live = createLiveCalls(roomy);
  live.refuse();

  expect(() => live.enter(call())).toThrow(
    expect.objectContaining({ code: Code.Unavailable, reason: Reason.Draining, retryAfterMs: 1_000 }),
  );
  expect(live.count).toBe(0);
});

test("streams are ended alone, then all that is left", () => {
  const live = createLiveCalls(roomy);
  const [unary, stream] = [call(), call({ isStream: true })];
  live.enter(unary);
  live.enter(stream);

  live.endStreams();
  expect([unary, stream].map(({ abort }) => abort.signal.aborted)).toEqual([false, true]);
  expect(stream.abort.signal.reason).toMatchObject({ code: Code.Unavailable, reason: Reason.Draining });

  live.endAll();
  expect(unary.abort.signal.reason).toMatchObject({ code: Code.Unavailable, reason: Reason.Draining });
});

test("idle is when the last call has left, for everybody who waits", async () => {
  const live = createLiveCalls(roomy);
  await live.whenIdle();
  const leaves = [live.enter(call()), live.enter(call())];
  const idle: string[] = [];
  const waits = ["a", "b"].map((name) => live.whenIdle().then(() => idle.push(name)));

  leaves[0]?.();
  await Promise.resolve();
  expect(idle).toEqual([]);

  leaves[1]?.();
  await Promise.all(waits);
  expect(idle).toEqual(["a", "b"]);
});
