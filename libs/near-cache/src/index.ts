export type { NearCacheLimits } from "./limits.js";
export {
  createNearCache,
  type Fetched,
  type NearCache,
  type NearCacheOptions,
  type NearCacheStats,
} from "./near-cache.js";
export type { Wait } from "./shared-fetch.js";
export type { EntryChange, OpenWatch, WatchMessage, WatchPosition } from "./watch-message.js";
