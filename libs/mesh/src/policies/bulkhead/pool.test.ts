import { describe, expect, test } from "@jest/globals";
import { Code, Reason, WeftError } from "@weft/core";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { type Call, createCall } from "../../call.js";
import { workerPoolEvents } from "../../events/events.js";
import { callRequest } from "../../testkit.js";
import { createPool, type Pool } from "./pool.js";
import { giveBack } from "./slot.js";

const clock = fakeClock();
const failed = new WeftError(Code.Internal, "no");

function newCall(deadlineMs = Number.POSITIVE_INFINITY): Call {
  const request = callRequest("work", {}, { deadlineAt: clock.now() + deadlineMs });
  return createCall(request, new AbortController(), clock.now());
}

const pool = (maxRunning: number, maxQueued: number) => createPool("p", { maxRunning, maxQueued }, clock);

/** What becomes of an entry that has to wait. */
function watched(entry: void | Promise<void>): { state: unknown } {
  const seen: { state: unknown } = { state: entry === undefined ? "running" : "queued" };
  entry?.then(
    () => {
      seen.state = "running";
    },
    (error) => {
      seen.state = error;
    },
  );
  return seen;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("calls run at once while there are slots, then wait in line, then are refused", async () => {
  const three = pool(3, 5);
  const calls = Array.from({ length: 8 }, () => newCall());
  const entries = calls.map((call) => watched(three.enter(call)));
  const refusals: unknown[] = [];
  const stop = workerPoolEvents.taskRejected.listen((message) => refusals.push(message));

  expect(entries.map(({ state }) => state)).toEqual([...Array(3).fill("running"), ...Array(5).fill("queued")]);
  expect(three.refusal()).toMatchObject({ reason: Reason.Overloaded });
  expect(() => three.enter(newCall())).toThrow(
    expect.objectContaining({
      code: Code.ResourceExhausted,
      reason: Reason.Overloaded,
      message: "Service temporarily unavailable",
      retryAfterMs: 1_000,
    }),
  );
  stop();
  expect(refusals).toEqual([{ pool: "p", running: 3, queued: 5 }]);

  giveBack(calls[0] as Call, undefined);
  await settle();
  expect(entries[3]?.state).toBe("running");
  expect(three.status).toMatchObject({ running: 3, queued: 4, executed: 1, failed: 0 });
});

test("a call gives its slot back once, however often it ends", () => {
  const one = pool(1, 1);
  const first = newCall();
  one.enter(first);
  const [second, third] = [newCall(), newCall()];
  watched(one.enter(second));

  giveBack(first, failed);
  giveBack(first, failed);
  giveBack(newCall(), undefined);

  expect(one.status).toMatchObject({ running: 1, queued: 0, executed: 1, failed: 1 });
  expect(watched(one.enter(third)).state).toBe("queued");
});

describe("a call that waits", () => {
  test("leaves the line at once when it is cancelled", async () => {
    const one = pool(1, 1);
    one.enter(newCall());
    const call = newCall();
    const entry = watched(one.enter(call));

    call.abort.abort(failed);

    expect(one.status.queued).toBe(0);
    await settle();
    expect(entry.state).toBe(failed);
  });

  test("leaves it when its time is up", async () => {
    const one = pool(1, 1);
    const first = newCall();
    one.enter(first);
    const entry = watched(one.enter(newCall(100)));

    clock.advance(99);
    expect(one.status.queued).toBe(1);
    clock.advance(1);

    expect(one.status.queued).toBe(0);
    await settle();
    expect(entry.state).toMatchObject({
      code: Code.DeadlineExceeded,
      reason: Reason.Timeout,
      message: "Request timed out after 100ms",
    });
    giveBack(first, undefined);
    expect(clock.pending).toBe(0);
  });

  test("never starts after its time, even if its timer is late", async () => {
    const late = { ...clock, after: () => () => {} };
    const one = createPool("p", { maxRunning: 1, maxQueued: 2 }, late);
    const first = newCall();
    one.enter(first);
    const expired = watched(one.enter(newCall(10)));
    const patient = watched(one.enter(newCall()));

    clock.advance(10);
    giveBack(first, undefined);

    await settle();
    expect(expired.state).toMatchObject({ reason: Reason.Timeout });
    expect(patient.state).toBe("running");
  });

  test("is not let in if it was cancelled before it came", () => {
    const one = pool(1, 1);
    const call = newCall();
    call.abort.abort(failed);

    expect(() => one.enter(call)).toThrow(failed);
    expect(one.status.running).toBe(0);
  });
});

test("a higher maximum lets in those who wait; a lower one waits for those who run", async () => {
  const one = pool(1, 5);
  const calls = Array.from({ length: 4 }, () => newCall());
  const entries = calls.map((call) => watched(one.enter(call)));

  one.resize({ maxRunning: 3, maxQueued: 5 });
  await settle();
  expect(entries.map(({ state }) => state)).toEqual(["running", "running", "running", "queued"]);

  one.resize({ maxRunning: 1, maxQueued: 5 });
  giveBack(calls[0] as Call, undefined);
  giveBack(calls[1] as Call, undefined);
  expect(one.status).toMatchObject({ running: 1, queued: 1 });
});

test("events tell of each call that runs", () => {
  const told: unknown[] = [];
  const stops = [
    workerPoolEvents.taskStart.listen((message) => told.push(["start", message])),
    workerPoolEvents.taskStop.listen((message) => told.push(["stop", message])),
    workerPoolEvents.taskException.listen((message) => told.push(["exception", message])),
  ];
  const one = pool(1, 1);
  const [first, second] = [newCall(), newCall()];

  one.enter(first);
  watched(one.enter(second));
  clock.advance(5);
  giveBack(first, undefined);
  clock.advance(2);
  giveBack(second, failed);

  for (const stop of stops) stop();
  expect(told).toEqual([
    ["start", { pool: "p", queued_us: 0 }],
    ["stop", { pool: "p", duration_us: 5_000 }],
    ["start", { pool: "p", queued_us: 5_000 }],
    ["exception", { pool: "p", duration_us: 2_000, error: failed }],
  ]);
});

test.each([1, 2, 3, 4, 5])("whatever happens, the limit holds and nothing is lost (seed %d)", async (seed) => {
  const random = seededRandom(seed);
  const three: Pool = pool(3, 10);
  const running = new Set<Call>();
  const waiting = new Set<Call>();
  let refused = 0;
  let peak = 0;
  const anyOf = (calls: Set<Call>) => [...calls][Math.floor(random() * calls.size)];

  for (let step = 0; step < 2_000; step++) {
    const draw = random();
    if (draw < 0.45) {
      const call = newCall(random() < 0.3 ? Math.ceil(random() * 20) : undefined);
      try {
        const entry = three.enter(call);
        if (entry === undefined) running.add(call);
        else {
          waiting.add(call);
          entry.then(
            () => {
              waiting.delete(call);
              running.add(call);
            },
            () => waiting.delete(call),
          );
        }
      } catch {
        refused++;
      }
    } else if (draw < 0.8) {
      const call = anyOf(running);
      if (call !== undefined) {
        running.delete(call);
        giveBack(call, random() < 0.5 ? failed : undefined);
      }
    } else if (draw < 0.9) anyOf(waiting)?.abort.abort(failed);
    else clock.advance(Math.floor(random() * 5));
    await settle();
    peak = Math.max(peak, running.size);
    expect(three.status).toMatchObject({ running: running.size, queued: waiting.size });
  }

  expect(peak).toBe(3);
  expect(refused).toBeGreaterThan(0);
});
