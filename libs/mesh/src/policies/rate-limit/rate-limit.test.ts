import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, Reason, silentLogger, type WeftError } from "@weft/core";
import { type FakeClock, fakeClock } from "@weft/core/testkit";
import type { CallRequest } from "../../call.js";
import { rateLimiterEvents } from "../../events/events.js";
import { callRequest, type FakeMesh, fakeMesh, functionConfig } from "../../testkit.js";
import { dispatch } from "../dispatch.js";
import { resolve } from "../resolve.js";
import { validate } from "../validate.js";
import { localRateLimiter } from "./local-rate-limiter.js";
import type { RateLimiter } from "./rate-limiter.js";
import { createRateLimits, type RateLimits, type RateLimitsOptions } from "./rate-limits.js";

const functions = [
  functionConfig({ function: "echo" }),
  functionConfig({ function: "own", rateLimits: [{ key: "user_id", maxRequests: 1, windowMs: 100 }] }),
];
const perUser = (maxRequests: number) => ({ key: "user_id", maxRequests, windowMs: 100 });

let clock: FakeClock;
let mesh: FakeMesh | undefined;
let limits: RateLimits;
async function start(options: Partial<RateLimitsOptions>): Promise<FakeMesh> {
  clock = fakeClock();
  limits = createRateLimits({ operator: {}, clock, logger: silentLogger, ...options });
  mesh = await fakeMesh({
    nodes: [{ name: "a", functions, answer: () => "ok" }],
    plugins: (catalogue) => [
      resolve({ catalogue, clock }),
      limits.plugin,
      validate(),
      dispatch({ clock, caller: "test" }),
    ],
    clock,
  });
  return mesh;
}
afterEach(async () => {
  await mesh?.close();
  mesh = undefined;
});

const request = (functionName = "echo", userId = "u"): CallRequest =>
  callRequest(functionName, {}, { identity: { userId, deviceId: "", roles: [], tenant: "" } });

/** "ok", or what the call was refused with. */
async function call(mesh: FakeMesh, asked = request()): Promise<unknown> {
  try {
    await mesh.execute(mesh.newCall(asked, new AbortController()));
    return "ok";
  } catch (error) {
    return error;
  }
}

const reasonOf = (outcome: unknown) => (outcome as WeftError).reason ?? outcome;

describe("a limiter that cannot say", () => {
  const failing = (take: () => never | Promise<never>): RateLimiter => ({
    ...localRateLimiter({ clock: fakeClock() }),
    prepare: () => take,
  });
  const crash = () => {
    throw new Error("no");
  };
  const ways: [string, () => never | Promise<never>][] = [
    ["throws", crash],
    ["fails", async () => crash()],
    ["hangs", () => new Promise<never>(() => {})],
  ];
  const operator = { global: [perUser(1)] };

  async function outcomeAfter(one: FakeMesh): Promise<unknown> {
    const outcome = call(one);
    await new Promise(setImmediate);
    clock.advance(1_000);
    return outcome;
  }

  test.each(ways)("one that %s lets calls pass, unless told otherwise", async (_how, take) => {
    expect(await outcomeAfter(await start({ operator, limiter: failing(take) }))).toBe("ok");
  });

  test.each(ways)("one that %s refuses calls with fail_open off", async (_how, take) => {
    const one = await start({ operator, limiter: failing(take), failOpen: false });

    expect(await outcomeAfter(one)).toMatchObject({
      code: Code.Unavailable,
      reason: Reason.RateLimiterUnavailable,
      message: "Rate limit service unavailable",
      retryAfterMs: 1_000,
    });
    expect(one.calls).toEqual([]);
  });

  test("says so in the log once, not for every call", async () => {
    const errors: unknown[] = [];
    const logger = { ...silentLogger, error: (...words: unknown[]) => errors.push(words) };
    const one = await start({ operator, limiter: failing(crash), logger });

    for (let times = 0; times < 3; times++) await call(one);

    expect(errors).toHaveLength(1);
  });
});

test("a limiter that answers later is waited for", async () => {
  const local = localRateLimiter({ clock: fakeClock() });
  const limiter: RateLimiter = {
    ...local,
    prepare(all) {
      const take = local.prepare(all);
      return async (asked) => take(asked);
    },
  };
  const one = await start({ operator: { global: [perUser(1)] }, limiter });

  expect(await call(one)).toBe("ok");
  expect(reasonOf(await call(one))).toBe(Reason.RateLimited);
});

test("events tell of every check, refusal, reset and clean-up", async () => {
  const told: unknown[] = [];
  const stops = [
    rateLimiterEvents.check.listen(({ result, instance }) => told.push(["check", result, instance])),
    rateLimiterEvents.exceeded.listen((message) => told.push(["exceeded", message])),
    rateLimiterEvents.reset.listen((message) => told.push(["reset", message])),
    rateLimiterEvents.cleanup.listen((message) => told.push(["cleanup", message])),
  ];
  const one = await start({ operator: { global: [perUser(1)] } });

  await call(one);
  await call(one);
  await limits.reset({ scope: "global", key: "user_id", value: "u" });
  await call(one);
  clock.advance(60_000);
  await new Promise(setImmediate);

  for (const stop of stops) stop();
  expect(told).toEqual([
    ["check", "allowed", "local"],
    ["check", "limited", "local"],
    ["exceeded", { key: "user_id", scope: "global", max: 1, current: 1, retry_after_ms: 100 }],
    ["reset", { key: "user_id", scope: "global" }],
    ["check", "allowed", "local"],
    ["cleanup", { cleaned_entries: 1 }],
  ]);
});

test("explain shows what is left, and uses nothing up", async () => {
  const one = await start({ operator: { global: [perUser(2), { key: "room", maxRequests: 5, windowMs: 1_000 }] } });
  const explained = async (asked: CallRequest) => {
    const { steps } = await one.explain(one.newCall(asked, new AbortController()));
    return steps.find(({ phase }) => phase === "rate-limit");
  };
  await call(one);

  for (let times = 0; times < 3; times++)
    expect(await explained(request())).toEqual({
      phase: "rate-limit",
      rule: "2 calls in 100 ms for each user_id (global); 5 calls in 1000 ms for each room (global)",
      reason: "user_id: 1 of 2 used (global); no room: not counted (global)",
      details: {
        limiter: "local",
        limits: [
          { key: "user_id", scope: "global", max_requests: 2, window_ms: 100, current_requests: 1, remaining: 1 },
        ],
      },
    });
  await call(one);
  expect((await explained(request()))?.refusal).toMatchObject({ reason: Reason.RateLimited, retryAfterMs: 100 });
});

test("an operator's limits stand beside those of the function; of two that count the same, the stricter holds", async () => {
  const one = await start({ operator: { functions: { "echo.own": [perUser(5)], "echo.echo": [perUser(5)] } } });

  expect([await call(one, request("own")), reasonOf(await call(one, request("own")))]).toEqual([
    "ok",
    Reason.RateLimited,
  ]);
  limits.update("echo.own", []);
  expect(reasonOf(await call(one, request("own")))).toBe(Reason.RateLimited);
  expect(await call(one)).toBe("ok");
});

test("a call that is refused later has been counted", async () => {
  const one = await start({ operator: { global: [perUser(1)] } });
  const wrong = { ...request(), payload: { $case: "argsJson", value: Buffer.from("{") } } as const;

  expect(reasonOf(await call(one, wrong))).toBe(Reason.InvalidPayload);
  expect(reasonOf(await call(one))).toBe(Reason.RateLimited);
});
