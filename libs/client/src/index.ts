export { authorization } from "./authorization.js";
export {
  type CacheCallOptions,
  type CacheClient,
  type CacheClientOptions,
  type CacheEntry,
  createCacheClient,
  type NearOptions,
  type SetOptions,
  type Stored,
} from "./cache/cache-client.js";
export type { ComputeOptions } from "./cache/lease-desk.js";
export {
  type Arguments,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type ExplainOptions,
} from "./client.js";
export type { Outcome } from "./outcomes.js";
export type { ResultStream } from "./result-stream.js";
