import { expect } from "@jest/globals";
import { Code, WeftError } from "@weft/core";
import type { Door, DoorKind } from "./doors.js";
import type { Call, Case, Check } from "./script.js";

/** Sends the steps of a case through a door and checks the answers. */
export async function play({ steps }: Case, door: Door, kind: DoorKind, advance: (ms: number) => void): Promise<void> {
  for (const step of steps) {
    if ("waitMs" in step) advance(step.waitMs);
    else {
      const [call, check] = "action" in step ? [step, undefined] : step;
      if (kind.carries(call)) await verify(door, kind, call, check);
    }
  }
}

async function verify(door: Door, kind: DoorKind, call: Call, check: Check | undefined): Promise<void> {
  const answer = await door.send(call).catch((error: unknown) => error);
  const told = { call, answer };
  if (check?.kind === "refused") {
    expect(told).toEqual({ call, answer: expect.any(WeftError) });
    expectRefusal(answer as WeftError, check.text);
  } else if (check?.kind === "fails") expect(told).toMatchObject({ call, answer: check.error });
  else if (check?.kind === "is" && !kind.tellsMore) expect(told).toEqual({ call, answer: check.reply });
  else if (check?.kind === "is") expect(told).toMatchObject({ call, answer: check.reply });
  else if (check?.kind === "lists") expect(answer).toMatchObject(listOf(check.keys));
  else expect(told).toMatchObject({ call, answer: check?.part ?? { success: true } });
}

/** INVALID_ARGUMENT that names a field, with this text if the reference page gives one. */
export function expectRefusal({ code, reason, message, violations }: WeftError, text: string | undefined): void {
  expect({ code, reason }).toEqual({ code: Code.InvalidArgument, reason: "INVALID_ARGUMENT" });
  expect(violations).toEqual([{ field: expect.stringMatching(/./), description: message }]);
  if (text !== undefined) expect(message).toBe(text);
}

function listOf(keys: readonly string[]): object {
  return { items: keys.map((key) => ({ key })), total_count: keys.length };
}
