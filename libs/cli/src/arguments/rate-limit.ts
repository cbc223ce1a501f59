import type { RateLimit } from "@weft/contracts/function";
import { UsageError } from "../usage-error.js";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Reads a limit such as `user_id=100/10s`. The gateway checks its range. */
export function parseRateLimit(text: string): RateLimit {
  const [, key = "", max, length, unit] = /^([^=]+)=(\d{1,9})\/(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  if (key === "") throw new UsageError([`a limit is KEY=MAX/WINDOW, such as user_id=100/10s, got "${text}"`]);
  return {
    key,
    maxRequests: Number(max),
    windowMs: Math.min(Number(length) * unitMs[unit as keyof typeof unitMs], 2 ** 32 - 1),
  };
}
