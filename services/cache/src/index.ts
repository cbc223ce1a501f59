export type { Action, Example } from "./actions/action.js";
export { type ActionName, actions, streamActions } from "./actions/registry.js";
export type { StreamAction, StreamExample } from "./actions/stream-action.js";
export { startCache } from "./app.js";
export { type CacheSettings, cacheSettings } from "./config.js";
export { type CacheService, cacheService } from "./doors/cache-service.js";
export { type CacheFunctionsOptions, cacheFunctions } from "./doors/functions.js";
export { cacheRpcs } from "./doors/rpcs.js";
export { createMemoryStore, type MemoryStore } from "./engine/memory-store.js";
export { largestCapacity, type MemoryStoreOptions } from "./engine/memory-store-options.js";
export { type NearLimit, nearLimitEvent } from "./engine/near-limit.js";
export type { CreatePolicy, EvictionPolicy } from "./engine/policies/eviction-policy.js";
export { type PolicyName, policies } from "./engine/policies/policies.js";
export { turnClock } from "./engine/turn-clock.js";
export { type CacheNamespaces, createNamespaces, type Namespace, type Namespaces } from "./namespaces/namespaces.js";
export type { OtherNodes } from "./other-nodes.js";
export { createRedisConnection, type RedisConnection, type RedisConnectionOptions } from "./redis/connection.js";
export { createRedisStore, type RedisStoreOptions } from "./redis/redis-store.js";
export type { Awaitable } from "./store/awaitable.js";
export type { Change, ChangeKind, ChangeListener, ChangePosition } from "./store/change.js";
export type { Entry, SavedEntry } from "./store/entry.js";
export type { Lease, LeaseOptions } from "./store/lease.js";
export type { Page, Query } from "./store/query.js";
export type { Removals, StoreStats } from "./store/stats.js";
export type { Store } from "./store/store.js";
export { bytesOf, type StoredValue, storeValue } from "./store/stored-value.js";
export type {
  Incremented,
  IncrementOptions,
  SetOptions,
  SetOutcome,
  Ttl,
  TtlChange,
  TtlOutcome,
} from "./store/write.js";
export type { Watch, WatchingOptions } from "./watch/create-watching.js";
export type { WatchMessage, WatchRequest } from "./watch/watch-changes.js";
