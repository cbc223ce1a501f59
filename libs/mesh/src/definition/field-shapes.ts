import { maxRequestsRange } from "../policies/rate-limit/limit.js";
import {
  anyOf,
  fields,
  isBoolean,
  isPlainData,
  isPlainList,
  isPlainObject,
  isString,
  isText,
  listOf,
  maxNumber,
  oneOf,
  type Shape,
  wholeNumber,
} from "../shapes.js";

// What is no text at all has its own rule.
export const matches = (pattern: RegExp) => (value: unknown) => !isText(value) || pattern.test(value as string);

export const isNodes = anyOf(
  oneOf("local"),
  (value) => listOf(isText)(value) && (value as readonly unknown[]).length > 0,
  fields({ resolver: isText, fixed: isPlainList }, ["fixed"]),
);
export const isSelect = anyOf(
  oneOf("random", "round_robin", "hash", "sticky", "least_request", "weighted"),
  fields({ hash: isText }),
  fields({ sticky: isText }),
  fields({ selector: isText }),
);
export const isTimeout = anyOf(
  (value) => value === Number.POSITIVE_INFINITY,
  (value) => wholeNumber(100)(value) && (value as number) <= 300_000,
);
export const isMode = oneOf("sync", "async", "stream", "none");
export const isPermission = anyOf(
  oneOf("public", "any_authenticated"),
  fields({ arg: isText }),
  fields({ role: listOf(isText) }),
);
export const isVersion: Shape = (value) => isText(value) && value !== "0.0.0";
export const isCallback = anyOf(isText, fields({ callback: isText, fixed: isPlainList }));
export const isHook = anyOf(isText, fields({ hook: isText, fixed: isPlainList }));
const isAttempts: Shape = (value) => typeof value === "number" && value >= 1 && value <= maxNumber; // fractions are cut
export const isRetry = anyOf(isAttempts, fields({ same_node: isAttempts }), fields({ all_nodes: isAttempts }));

const streamFields = {
  firstItemMs: wholeNumber(1),
  idleMs: wholeNumber(0),
  totalMs: wholeNumber(1),
  overflow: oneOf("block", "drop_oldest", "close"),
  resumable: isBoolean,
};
export const isStream = fields(streamFields, Object.keys(streamFields));
export const isResultCache = fields({ key: listOf(isText), ttlMs: wholeNumber(1), staleMs: wholeNumber(0) }, [
  "key",
  "staleMs",
]);
const isMaxRequests: Shape = (value) => wholeNumber(1)(value) && (value as number) <= maxRequestsRange.max;
export const isRateLimit = fields({ key: isText, max: isMaxRequests, windowMs: wholeNumber(1) });
export const isConcurrency = fields({ max: wholeNumber(1), queue: wholeNumber(0) }, ["queue"]);
const exampleFields = { name: isString, args: isPlainObject, result: isPlainData };
export const isExample = fields(exampleFields, Object.keys(exampleFields));
