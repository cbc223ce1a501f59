import { describe, expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { type Call, createCall } from "../../call.js";
import { callRequest } from "../../testkit.js";
import { valueFinder } from "./key-value.js";
import type { Limit } from "./limit.js";
import { localRateLimiter } from "./local-rate-limiter.js";

const limit = (key: string, maxRequests: number, windowMs: number, scope = "global"): Limit => ({
  scope,
  key,
  maxRequests,
  windowMs,
  valueIn: valueFinder(key),
});

function callOf(userId: string, deviceId = "", args: object = {}): Call {
  const identity = { userId, deviceId, roles: [], tenant: "" };
  return createCall(callRequest("f", args, { identity, deviceId: "claimed" }), new AbortController(), 0);
}

describe("the wait that a refusal tells", () => {
  test("is exact: one millisecond earlier the call is refused, then it passes", () => {
    const clock = fakeClock();
    const take = localRateLimiter({ clock }).prepare([limit("user_id", 2, 100)]);
    take(callOf("u"));
    clock.advance(30);
    take(callOf("u"));
    clock.advance(20);

    expect(take(callOf("u"))).toMatchObject({ current: 2, retryAfterMs: 50 });
    clock.advance(49);
    expect(take(callOf("u"))).toMatchObject({ retryAfterMs: 1 });
    clock.advance(1);
    expect(take(callOf("u"))).toBeUndefined();
    expect(take(callOf("u"))).toMatchObject({ retryAfterMs: 30 });
  });

  test("is the longest, where several limits refuse", () => {
    const clock = fakeClock();
    const take = localRateLimiter({ clock }).prepare([limit("user_id", 1, 100), limit("user_id", 1, 500)]);
    take(callOf("u"));

    expect(take(callOf("u"))).toMatchObject({ limit: { windowMs: 500 }, retryAfterMs: 500 });
  });

  test("knows that a lowered maximum needs more than one call to go", () => {
    const clock = fakeClock();
    const limiter = localRateLimiter({ clock });
    const before = limiter.prepare([limit("user_id", 3, 100)]);
    for (let call = 0; call < 3; call++) {
      before(callOf("u"));
      clock.advance(10);
    }

    const after = limiter.prepare([limit("user_id", 1, 100)]);
    expect(after(callOf("u"))).toMatchObject({ current: 3, retryAfterMs: 90 });
    clock.advance(90);
    expect(after(callOf("u"))).toBeUndefined();
  });

  test("is never less than a fraction of a millisecond asks for", () => {
    const clock = fakeClock(1_000.4);
    const take = localRateLimiter({ clock }).prepare([limit("user_id", 1, 10)]);
    take(callOf("u"));
    clock.advance(9.7);

    expect(take(callOf("u"))).toMatchObject({ retryAfterMs: 1 });
  });
});

test("equal values of different keys and scopes are counted apart", () => {
  const limiter = localRateLimiter({ clock: fakeClock() });
  const global = limiter.prepare([limit("user_id", 1, 100), limit("device_id", 1, 100)]);
  const own = limiter.prepare([limit("user_id", 1, 100, "svc.f")]);

  expect(global(callOf("same", "same"))).toBeUndefined();
  expect(own(callOf("same", "same"))).toBeUndefined();
  expect(global(callOf("other", "same"))).toMatchObject({ limit: { key: "device_id" } });
  expect(global(callOf("", ""))).toBeUndefined();
});

test("a device is the one of the credentials, not what a request claims", () => {
  const take = localRateLimiter({ clock: fakeClock() }).prepare([limit("device_id", 1, 100)]);

  for (let call = 0; call < 3; call++) expect(take(callOf("u"))).toBeUndefined();
});

test("a long value is counted, and not kept", () => {
  const take = localRateLimiter({ clock: fakeClock() }).prepare([limit("room", 1, 100)]);
  const long = (end: string) => callOf("u", "", { room: "x".repeat(100_000) + end });

  expect(take(long("a"))).toBeUndefined();
  expect(take(long("b"))).toBeUndefined();
  expect(take(long("a"))).toMatchObject({ current: 1 });
  expect(valueFinder("room")(long("a"))?.length).toBeLessThan(64);
});

test("use can be read without being used up, and forgotten", () => {
  const clock = fakeClock();
  const limiter = localRateLimiter({ clock });
  const [short, long] = [limit("user_id", 3, 100), limit("user_id", 3, 500)];
  const take = limiter.prepare([short, long]);
  for (let call = 0; call < 3; call++) take(callOf("u"));

  expect(limiter.usage(short, "u")).toEqual({ current: 3, retryAfterMs: 100 });
  expect(limiter.usage(short, "nobody")).toEqual({ current: 0, retryAfterMs: 0 });
  limiter.reset("global", "user_id", "u");
  expect(limiter.usage(short, "u")).toEqual({ current: 0, retryAfterMs: 0 });
  expect(limiter.usage(long, "u")).toEqual({ current: 0, retryAfterMs: 0 });
});

test("each value is forgotten after its own window", () => {
  const clock = fakeClock();
  const limiter = localRateLimiter({ clock });
  limiter.prepare([limit("user_id", 3, 100), limit("user_id", 3, 500)])(callOf("u"));

  clock.advance(100);
  expect([limiter.cleanUp(10), limiter.cleanUp(10)]).toEqual([1, 0]);
  clock.advance(400);
  expect(limiter.cleanUp(10)).toBe(1);
});

test.each([11, 12, 13, 14, 15, 16])("it decides as lists of times would, whatever is asked (seed %d)", (seed) => {
  const random = seededRandom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const clock = fakeClock();
  const limiter = localRateLimiter({ clock });
  const global = [limit("user_id", 1 + pick(5), 50 + pick(50)), limit("device_id", 1 + pick(20), 200 + pick(400))];
  const scopes = ["a.f", "b.g"].map((scope) => [
    ...global,
    limit("user_id", 1 + pick(6), 30 + pick(200), scope),
    limit("room", 1 + pick(30), 1_000, scope),
  ]);
  const takes = scopes.map((limits) => limiter.prepare(limits));
  const times = new Map<string, number[]>(); // the oracle: every time of every list

  for (let step = 0; step < 800; step++) {
    clock.advance(pick(12));
    const at = pick(2);
    const call = callOf(["", "u1", "u2"][pick(3)] ?? "", ["", "d"][pick(2)], { room: ["", "r1", "r2"][pick(3)] });
    const lists = (scopes[at] ?? []).flatMap((one) => {
      const value = one.valueIn(call);
      if (value === undefined) return [];
      const list = `${one.scope} ${one.key} ${one.windowMs} ${value}`;
      const kept = (times.get(list) ?? []).filter((time) => time > clock.now() - one.windowMs);
      times.set(list, kept);
      return [{ one, kept }];
    });
    const waits = lists
      .filter(({ one, kept }) => kept.length >= one.maxRequests)
      .map(({ one, kept }) => (kept[0] ?? 0) + one.windowMs - clock.now());
    if (waits.length === 0) for (const { kept } of lists) kept.push(clock.now());

    const exceeded = takes[at]?.(call);

    expect((exceeded as { retryAfterMs: number } | undefined)?.retryAfterMs).toBe(
      waits.length === 0 ? undefined : Math.max(...waits),
    );
    for (const { one, kept } of lists)
      expect(limiter.usage(one, one.valueIn(call) ?? "")).toMatchObject({ current: kept.length });
    if (step % 150 === 0) limiter.cleanUp(1_000);
  }
});
