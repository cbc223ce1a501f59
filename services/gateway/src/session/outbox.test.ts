import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { SessionResponse, type SessionResult } from "@weft/contracts/gateway";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import { createOutbox, type Outbox } from "./outbox.js";

function outboxOf(options: { maxResponseBytes?: number; isIdle?: boolean } = {}) {
  const { maxResponseBytes = 1_000_000, isIdle = false } = options;
  const clock: FakeClock = fakeClock();
  const batches: number[][] = [];
  const reader = { keepsUp: true, stalled: 0 };
  const outbox: Outbox = createOutbox({
    write(batch) {
      batches.push(SessionResponse.decode(batch).results.map(({ id }) => id));
      return reader.keepsUp;
    },
    maxResponseBytes,
    isIdle: () => isIdle,
    onStalled: () => reader.stalled++,
    clock,
  });
  return { outbox, batches, reader, clock };
}

function pong(id: number): SessionResult {
  return { id, result: { $case: "pong", value: {} } };
}

function result(id: number, bytes: number): SessionResult {
  const outcome = { $case: "resultJson", value: Buffer.alloc(bytes, "1") } as const;
  return {
    id,
    result: { $case: "execute", value: { requestId: "", async: false, hasMore: false, outcome, node: "" } },
  };
}

test("where nothing else is under way, a result leaves at once", () => {
  const { outbox, batches } = outboxOf({ isIdle: true });

  outbox.push(pong(1));

  expect(batches).toEqual([[1]]);
});

test("results of one turn share batches of 32 at most", async () => {
  const { outbox, batches } = outboxOf();

  for (let id = 1; id <= 70; id++) outbox.push(pong(id));
  expect(batches).toEqual([]);
  await nextTurn();

  expect(batches.map(({ length }) => length)).toEqual([32, 32, 6]);
  expect(batches.flat()).toEqual(Array.from({ length: 70 }, (_, i) => i + 1));
});

test("a batch is no larger than a message may be, but for a result that stands alone", async () => {
  const { outbox, batches } = outboxOf({ maxResponseBytes: 10_000 });

  for (const [index, bytes] of [4_000, 4_000, 4_000, 9_990, 100].entries()) outbox.push(result(index + 1, bytes));
  await nextTurn();

  expect(batches).toEqual([[1, 2], [3], [4], [5]]);
});

test("behind a reader who is behind, results wait, and who can wait is asked to, first come first served", async () => {
  const { outbox, batches, reader } = outboxOf();
  const written: number[] = [];
  reader.keepsUp = false;
  outbox.push(pong(1), () => written.push(1));
  await nextTurn();
  expect(outbox.isBlocked).toBe(true);

  outbox.push(pong(2), () => written.push(2));
  outbox.whenFree(() => outbox.push(pong(3)));
  outbox.whenFree(() => written.push(-1))();
  await nextTurn();
  expect([batches, written]).toEqual([[[1]], [1]]);

  reader.keepsUp = true;
  outbox.caughtUp();
  await nextTurn();

  expect(batches).toEqual([[1], [2], [3]]);
  expect(written).toEqual([1, 2]);
  expect(outbox.isEmpty).toBe(true);
});

test("a reader who stays behind is given up", async () => {
  const { outbox, reader, clock } = outboxOf({ isIdle: true });
  reader.keepsUp = false;

  outbox.push(pong(1));
  clock.advance(9_999);
  expect(reader.stalled).toBe(0);
  clock.advance(1);

  expect(reader.stalled).toBe(1);
});

test("what can leave no more counts as written, and nothing is written any more", () => {
  const { outbox, batches, reader, clock } = outboxOf({ isIdle: true });
  let gone = 0;
  reader.keepsUp = false;
  outbox.push(pong(1));
  outbox.push(pong(2), () => gone++);

  outbox.close();
  outbox.push(pong(3), () => gone++);
  outbox.caughtUp();

  expect(gone).toBe(2);
  expect(batches).toEqual([[1]]);
  expect(clock.pending).toBe(0);
});
