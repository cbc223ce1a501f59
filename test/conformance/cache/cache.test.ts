import { expect, test } from "@jest/globals";
import { createMemoryStore } from "@weft/cache";
import { Code, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import { testIf } from "../../support/skip.js";
import { cases } from "./cases.js";
import { type Door, type DoorKind, doors } from "./doors.js";
import type { Call, Case, Check } from "./script.js";

const table = cases.flatMap((each) => doors.map((kind) => [each.id, each.title, kind.name, each, kind] as const));

test.each(table)("cache %s: %s, by %s", async (_id, _title, _name, each, kind) => {
  const clock = fakeClock();
  const { capacity = 1_000, defaultTtlMs } = each;
  const store = createMemoryStore({ capacity, clock, ...(defaultTtlMs !== undefined && { defaultTtlMs }) });
  const door = await kind.open(store);
  try {
    await play(each, door, kind, (ms) => clock.advance(ms));
  } finally {
    await door.close();
  }
});

const needsExecute = testIf(false, "Execute of CacheService is not built");
needsExecute("cache C8: a request without input, or one that is no object, is refused", () => {});
needsExecute("cache C9: an input without action is refused", () => {});
needsExecute("cache C10: an unknown action is refused", () => {});

async function play({ steps }: Case, door: Door, kind: DoorKind, advance: (ms: number) => void): Promise<void> {
  for (const step of steps) {
    if ("waitMs" in step) advance(step.waitMs);
    else {
      const [call, check] = "action" in step ? [step, undefined] : step;
      if (kind.carries(call)) await verify(door, call, check);
    }
  }
}

async function verify(door: Door, call: Call, check: Check | undefined): Promise<void> {
  const answer = await door.send(call).catch((error: unknown) => error);
  const told = { call, answer };
  if (check?.kind === "refused") {
    expect(told).toEqual({ call, answer: expect.any(WeftError) });
    expectRefusal(answer as WeftError, check.text);
  } else if (check?.kind === "is") expect(told).toEqual({ call, answer: check.reply });
  else if (check?.kind === "lists") expect(answer).toMatchObject(listOf(check.keys));
  else expect(told).toMatchObject({ call, answer: check?.part ?? { success: true } });
}

function expectRefusal({ code, reason, message, violations }: WeftError, text: string | undefined): void {
  expect({ code, reason }).toEqual({ code: Code.InvalidArgument, reason: "INVALID_ARGUMENT" });
  expect(violations).toEqual([{ field: expect.stringMatching(/./), description: message }]);
  if (text !== undefined) expect(message).toBe(text);
}

function listOf(keys: readonly string[]): object {
  return { items: keys.map((key) => ({ key })), total_count: keys.length };
}
