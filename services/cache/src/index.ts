export type { Action } from "./actions/action.js";
export { type ActionName, actions } from "./actions/registry.js";
export { startCache } from "./app.js";
export { type CacheService, cacheService } from "./cache-service.js";
export { type CacheSettings, cacheSettings } from "./config.js";
export { createStore, largestCapacity, type Store, type StoreOptions, type StoreStats } from "./engine/store.js";
export { type StoredValue, storeValue } from "./engine/stored-value.js";
export { cacheFunctions } from "./functions.js";
