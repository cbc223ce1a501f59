import { expect, test } from "@jest/globals";
import { UsageError } from "../usage-error.js";
import { parseRateLimit } from "./rate-limit.js";

test.each([
  ["user_id=100/10s", { key: "user_id", maxRequests: 100, windowMs: 10_000 }],
  ["ip_address=2/100ms", { key: "ip_address", maxRequests: 2, windowMs: 100 }],
  ["room=1/1h", { key: "room", maxRequests: 1, windowMs: 3_600_000 }],
  ["room=5/2m", { key: "room", maxRequests: 5, windowMs: 120_000 }],
])("%s is a limit", (text, limit) => {
  expect(parseRateLimit(text)).toEqual(limit);
});

test.each(["", "user_id", "user_id=5", "=5/1s", "user_id=-1/1s", "user_id=5/1d", "user_id=5/s", "user_id=1.5/1s"])(
  "%j is none",
  (text) => {
    expect(() => parseRateLimit(text)).toThrow(UsageError);
  },
);
