import {
  type BulkheadOptions,
  globalScope,
  isScope,
  limitProblems,
  maxLimitsPerScope,
  type OperatorLimits,
} from "@weft/mesh";
import { z } from "zod";

const limit = z.strictObject({ key: z.string(), max: z.number(), windowMs: z.number() });
type LimitSetting = z.infer<typeof limit>;

const scope = z
  .array(limit)
  .max(maxLimitsPerScope)
  .superRefine((limits, context) => {
    limits.forEach((each, index) => {
      for (const [field, message] of limitProblems(rateLimit(each)))
        context.addIssue({ code: "custom", message, path: [index, field === "maxRequests" ? "max" : field] });
    });
  });

const functions = z
  .record(z.string(), scope)
  .refine((byName) => Object.keys(byName).every((name) => name !== globalScope && isScope(name)), {
    error: "must be limits by SERVICE.FUNCTION",
  });

const rateLimits = z.strictObject(
  {
    global: scope.default([]),
    functions: functions.default({}),
    shared: z.boolean().default(false),
  },
  "must be a JSON object with global, functions and shared",
);

/** What is no JSON is refused by the schema, which names the variable. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const count = (min: number) => z.coerce.number().int().min(min).max(1_000_000);

/** How many calls a gateway takes: of one caller, and at once. */
export const limitSettings = z.object({
  rateLimits: rateLimits.default({ global: [], functions: {}, shared: false }).meta({
    env: "WEFT_RATE_LIMITS",
    description:
      'Most calls in a sliding window, of all functions and by function: {"global":[{"key":"user_id","max":100,"windowMs":10000}],"functions":{"places.find":[…]}}. Keys: user_id, device_id, ip_address or an argument. With "shared":true all gateways that say so have these limits together, and those that functions declare: calls are counted in the service cache, whose namespace mesh-counters needs room for twelve entries for each user_id and so on; a limit may then refuse a tenth of its window early.',
    fromEnv: jsonOrText,
  }),
  rateLimitFailOpen: z.union([z.boolean(), z.stringbool()]).default(true).meta({
    env: "WEFT_RATE_LIMIT_FAIL_OPEN",
    description: "Whether calls pass when the rate limiter fails.",
  }),
  maxRunningCalls: count(1).default(1_000).meta({
    env: "WEFT_MAX_RUNNING_CALLS",
    description: "Unary calls that run at once; further ones wait.",
  }),
  maxQueuedCalls: count(0).default(10_000).meta({
    env: "WEFT_MAX_QUEUED_CALLS",
    description: "Unary calls that wait for their turn; further ones are refused.",
  }),
  maxRunningStreams: count(1).default(500).meta({
    env: "WEFT_MAX_RUNNING_STREAMS",
    description: "Streams that run at once; further ones wait.",
  }),
  maxQueuedStreams: count(0).default(10_000).meta({
    env: "WEFT_MAX_QUEUED_STREAMS",
    description: "Streams that wait for their turn; further ones are refused.",
  }),
});
type LimitSettings = z.infer<typeof limitSettings>;

/** The rate limits as the policy takes them. */
export function operatorLimits({ global, functions }: z.infer<typeof rateLimits>): OperatorLimits {
  const byName = Object.entries(functions).map(([name, limits]) => [name, limits.map(rateLimit)]);
  return { global: global.map(rateLimit), functions: Object.fromEntries(byName) };
}

function rateLimit({ key, max, windowMs }: LimitSetting) {
  return { key, maxRequests: max, windowMs };
}

/** How many calls of each shape may run at once, and wait. */
export function concurrencyLimits(settings: LimitSettings): BulkheadOptions["limits"] {
  return {
    unary: { maxRunning: settings.maxRunningCalls, maxQueued: settings.maxQueuedCalls },
    stream: { maxRunning: settings.maxRunningStreams, maxQueued: settings.maxQueuedStreams },
  };
}
