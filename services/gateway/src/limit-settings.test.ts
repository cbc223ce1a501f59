import { expect, test } from "@jest/globals";
import { ConfigError, readConfig } from "@weft/core";
import { gatewaySettings } from "./config.js";
import { operatorLimits } from "./limit-settings.js";

const read = (env: Record<string, string>) => readConfig(gatewaySettings, { env });

function problems(env: Record<string, string>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("the configuration was taken");
}

test("rate limits are one JSON object", () => {
  const limit = { key: "user_id", max: 100, windowMs: 10_000 };
  const { rateLimits } = read({
    WEFT_RATE_LIMITS: JSON.stringify({ global: [limit], functions: { "places.find": [limit] }, shared: true }),
  });

  const { key, windowMs } = limit;
  expect(rateLimits.shared).toBe(true);
  expect(operatorLimits(rateLimits)).toEqual({
    global: [{ key, windowMs, maxRequests: 100 }],
    functions: { "places.find": [{ key, windowMs, maxRequests: 100 }] },
  });
});

test("without settings there are no rate limits, and the pools have their defaults", () => {
  expect(read({})).toMatchObject({
    rateLimits: { global: [], functions: {}, shared: false },
    rateLimitFailOpen: true,
    maxRunningCalls: 1_000,
    maxQueuedCalls: 10_000,
    maxRunningStreams: 500,
    maxQueuedStreams: 10_000,
  });
  expect(read({ WEFT_RATE_LIMIT_FAIL_OPEN: "false" }).rateLimitFailOpen).toBe(false);
});

test("every problem is named, with its place", () => {
  const found = problems({
    WEFT_RATE_LIMITS: JSON.stringify({
      global: [
        { key: "user_id", max: 0, windowMs: 1.5 },
        { key: "", max: 1, windowMs: 1, per: "user" },
      ],
      functions: { "places.find": [{ key: "user_id", max: 2_000_000, windowMs: 1 }] },
    }),
    WEFT_MAX_RUNNING_CALLS: "0",
  });

  expect(found).toHaveLength(6);
  expect(found).toEqual(
    expect.arrayContaining([
      "WEFT_RATE_LIMITS.global.0.max: must be an integer from 1 to 1000000, got 0",
      "WEFT_RATE_LIMITS.global.0.windowMs: must be an integer from 1 to 4294967295, got 1.5",
      expect.stringMatching(/^WEFT_RATE_LIMITS\.global\.1: unknown setting "per", got /),
      expect.stringMatching(/^WEFT_RATE_LIMITS\.global\.1\.key: must be user_id, .*, got ""$/),
      "WEFT_RATE_LIMITS.functions.places.find.0.max: must be an integer from 1 to 1000000, got 2000000",
      expect.stringMatching(/^WEFT_MAX_RUNNING_CALLS: /),
    ]),
  );
});

test.each([
  ["no JSON", "10 per second", /^WEFT_RATE_LIMITS: must be a JSON object/],
  ["functions that are none", '{"functions":{"global":[]}}', /^WEFT_RATE_LIMITS\.functions: .*SERVICE\.FUNCTION/],
  ["a word for whether they are shared", '{"shared":"yes"}', /^WEFT_RATE_LIMITS\.shared: /],
])("%s is refused", (_what, text, problem) => {
  expect(problems({ WEFT_RATE_LIMITS: text })).toEqual([expect.stringMatching(problem)]);
});
