import { encodeStruct, encodeValue } from "@weft/contracts";
import type {
  Concurrency,
  Example,
  NodeChoice,
  Permission as PermissionMessage,
  RateLimit,
  ResultCachePolicy,
  Retry as RetryMessage,
  StreamPolicy,
} from "@weft/contracts/function";
import type {
  ConcurrencyDeclaration,
  ExampleDeclaration,
  Permission,
  RateLimitDeclaration,
  ResultCacheDeclaration,
  Retry,
  Select,
  StreamDeclaration,
} from "./definition.js";

// Each part of a definition as its message; definition-of.ts has the way back.

export function nodeChoice(select: Select): NodeChoice {
  if (typeof select === "string") return { mode: select, key: "" };
  if ("selector" in select) return { mode: "registered", key: select.selector };
  return "hash" in select ? { mode: "hash", key: select.hash } : { mode: "sticky", key: select.sticky };
}

export function permission(declared: Permission): PermissionMessage {
  if (declared === "public") return { rule: { $case: "public", value: true } };
  if (declared === "any_authenticated") return { rule: { $case: "anyAuthenticated", value: true } };
  if ("arg" in declared) return { rule: { $case: "arg", value: declared.arg } };
  return { rule: { $case: "roles", value: { anyOf: [...declared.role] } } };
}

export function retry(declared: Retry): RetryMessage {
  if (typeof declared === "number") return { mode: "all_nodes", times: Math.trunc(declared) };
  return "same_node" in declared
    ? { mode: "same_node", times: Math.trunc(declared.same_node) }
    : { mode: "all_nodes", times: Math.trunc(declared.all_nodes) };
}

export function streamPolicy(declared: StreamDeclaration): StreamPolicy {
  const { firstItemMs, idleMs, totalMs, overflow = "", resumable = false } = declared;
  return { firstItemMs, idleMs, totalMs, overflow, resumable };
}

export function resultCachePolicy({ key = [], ttlMs, staleMs = 0 }: ResultCacheDeclaration): ResultCachePolicy {
  return { keyArguments: [...key], ttlMs, staleMs };
}

export function rateLimit({ key, max, windowMs }: RateLimitDeclaration): RateLimit {
  return { key, maxRequests: max, windowMs };
}

export function concurrency({ max, queue = 0 }: ConcurrencyDeclaration): Concurrency {
  return { maxRunning: max, maxQueued: queue };
}

export function example({ name = "", args, result }: ExampleDeclaration): Example {
  return {
    name,
    arguments: encodeStruct(args ?? {}),
    result: result === undefined ? Buffer.alloc(0) : encodeValue(result),
  };
}
