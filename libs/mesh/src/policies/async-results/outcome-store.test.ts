import { expect, test } from "@jest/globals";
import { Code, silentLogger, WeftError } from "@weft/core";
import { fakeClock } from "@weft/core/testkit";
import type { InternalCall } from "../../internal-call.js";
import { createOutcomeStore, silenceMs } from "./outcome-store.js";

const keepMs = 1_000; // less than a call may be silent

/** A cache, and a gateway that keeps outcomes in it. */
function gateways() {
  const clock = fakeClock();
  const entries = new Map<string, { readonly value: unknown; readonly untilMs: number }>();
  let repeats = false;

  const live = (key: string) => {
    const entry = entries.get(key);
    return entry !== undefined && entry.untilMs >= clock.now() ? entry : undefined;
  };
  function set({ key, value, ttl_ms, if_absent }: Record<string, unknown>): { readonly cached: boolean } {
    if (if_absent === true && live(String(key)) !== undefined) return { cached: false };
    entries.set(String(key), { value, untilMs: clock.now() + Number(ttl_ms) });
    return { cached: true };
  }
  async function callInternally({ functionName, args }: InternalCall): Promise<unknown> {
    if (functionName === "get") return { value: live(String(args.key))?.value ?? null };
    if (functionName === "remove") return { removed: entries.delete(String(args.key)) };
    const first = set(args);
    return repeats ? set(args) : first;
  }
  return {
    clock,
    /** From now on each answer to a set is lost, and the set sent again. */
    loseAnswers() {
      repeats = true;
    },
    open: () => createOutcomeStore({ callInternally, hasCache: () => true, keepMs, clock, logger: silentLogger }),
  };
}

test("a call is pending as long as its gateway says so, however short outcomes are kept", async () => {
  const { clock, open } = gateways();
  const [one, other] = [open(), open()];

  expect(await one.begin("a")).toBe(true);
  for (let rounds = 0; rounds < 5; rounds++) {
    await clock.advance(silenceMs / 3);
    expect(await other.read("a")).toBe("pending");
    expect(await other.begin("a")).toBe(false);
    await one.renew("a");
  }

  await clock.advance(silenceMs + 1);
  expect(await other.read("a")).toMatchObject({ end: { code: Code.Unavailable, metadata: { processed: "maybe" } } });
  expect(await other.begin("a")).toBe(true);
});

test("a call whose beginning was said twice, since the answer was lost, has begun", async () => {
  const { loseAnswers, open } = gateways();
  const [one, other] = [open(), open()];
  loseAnswers();

  expect(await one.begin("a")).toBe(true);
  expect(await other.begin("a")).toBe(false);
});

test("an outcome is known until its time is over, and its key is free at once", async () => {
  const { clock, open } = gateways();
  const [one, other] = [open(), open()];
  const end = new WeftError(Code.NotFound, "nothing");
  await one.begin("a");
  await one.finish("a", { end, expiresAt: clock.wallTime() + keepMs });

  expect(await other.read("a")).toMatchObject({ end: { message: "nothing" } });
  await clock.advance(keepMs + 1);
  expect(await other.read("a")).toBeUndefined();

  await one.begin("b");
  await one.finish("b", { end, expiresAt: clock.wallTime() + keepMs });
  expect(await other.begin("b")).toBe(true);
});
