import { isScope, limitProblems, maxLimitsPerScope, type OperatorLimits } from "@weft/mesh";
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
  .refine((byName) => Object.keys(byName).every((name) => name !== "global" && isScope(name)), {
    error: "must be limits by SERVICE.FUNCTION",
  });

const rateLimits = z.strictObject(
  {
    global: scope.default([]),
    functions: functions.default({}),
    shared: z
      .boolean()
      .refine((isShared) => !isShared, {
        error: "counting for all gateways together needs a limiter at the cache service, which there is not",
      })
      .default(false),
  },
  "must be a JSON object with global and functions",
);

/** What is no JSON is refused by the schema, which names the variable. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** How many calls a gateway takes: of one caller, and at once. */
export const limitSettings = z.object({
  rateLimits: rateLimits.default({ global: [], functions: {}, shared: false }).meta({
    env: "WEFT_RATE_LIMITS",
    description:
      'Most calls in a sliding window, of all functions and by function: {"global":[{"key":"user_id","max":100,"windowMs":10000}],"functions":{"places.find":[…]}}. Keys: user_id, device_id, ip_address or an argument.',
    fromEnv: jsonOrText,
  }),
  rateLimitFailOpen: z.union([z.boolean(), z.stringbool()]).default(true).meta({
    env: "WEFT_RATE_LIMIT_FAIL_OPEN",
    description: "Whether calls pass when the rate limiter fails.",
  }),
});

/** The settings as the policy takes them. */
export function operatorLimits({ global, functions }: z.infer<typeof rateLimits>): OperatorLimits {
  const byName = Object.entries(functions).map(([name, limits]) => [name, limits.map(rateLimit)]);
  return { global: global.map(rateLimit), functions: Object.fromEntries(byName) };
}

function rateLimit({ key, max, windowMs }: LimitSetting) {
  return { key, maxRequests: max, windowMs };
}
