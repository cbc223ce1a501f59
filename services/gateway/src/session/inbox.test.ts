import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { SessionRequest } from "@weft/contracts/gateway";
import type { WeftError } from "@weft/core";
import { createInbox } from "./inbox.js";

function inboxOf() {
  const seen = { started: [] as number[], isPaused: false, isHeldUp: false, error: undefined as WeftError | undefined };
  const inbox = createInbox({
    source: {
      pause: () => {
        seen.isPaused = true;
      },
      resume: () => {
        seen.isPaused = false;
      },
    },
    start: ({ id }) => seen.started.push(id),
    isHeldUp: () => seen.isHeldUp,
    fail: (error) => {
      seen.error = error;
    },
  });
  return { inbox, seen };
}

function batch(count: number): Buffer {
  const calls = Array.from({ length: count }, (_, i) => ({ id: i + 1, call: { $case: "ping", value: {} } as const }));
  return Buffer.from(SessionRequest.encode(SessionRequest.fromPartial({ calls })).finish());
}

test("a small batch is started at once", () => {
  const { inbox, seen } = inboxOf();

  inbox.take(batch(3));

  expect(seen).toMatchObject({ started: [1, 2, 3], isPaused: false });
});

test("a large one gives others their turns, and holds up the next", async () => {
  const { inbox, seen } = inboxOf();

  inbox.take(batch(200));

  expect(seen.started).toHaveLength(64);
  expect(seen.isPaused).toBe(true);
  for (let turn = 0; turn < 4; turn++) await nextTurn();
  expect(seen.started).toHaveLength(200);
  expect(seen.isPaused).toBe(false);
});

test("a client that reads nothing starts nothing", () => {
  const { inbox, seen } = inboxOf();
  seen.isHeldUp = true;

  inbox.take(batch(2));
  expect(seen).toMatchObject({ started: [], isPaused: true });
  seen.isHeldUp = false;
  inbox.goOn();

  expect(seen).toMatchObject({ started: [1, 2], isPaused: false });
});

test("a batch that goes wrong on the way fails the session", async () => {
  const { inbox, seen } = inboxOf();

  inbox.take(Buffer.concat([batch(100), Buffer.from("?")]));
  for (let turn = 0; turn < 3; turn++) await nextTurn();

  expect(seen.error).toMatchObject({ reason: "INVALID_PAYLOAD" });
});
