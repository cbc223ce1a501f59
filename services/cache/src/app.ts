import { CacheServiceService } from "@weft/contracts/cache";
import { type Logger, systemClock } from "@weft/core";
import { defineService, type RpcServing, type RunningService, startService, unaryRpc } from "@weft/service";
import { ttlMsOf } from "./actions/ttl.js";
import { cacheService } from "./cache-service.js";
import type { CacheSettings } from "./config.js";
import { createMemoryStore } from "./engine/memory-store.js";
import { expiry } from "./expiry.js";
import { cacheFunctions } from "./functions.js";
import type { Store } from "./store/store.js";

/** Starts a cache: one store behind a public port of its own and, as functions, behind every gateway. */
export function startCache(settings: CacheSettings, logger: Logger): Promise<RunningService> {
  const { capacity, default_ttl, expiry_every_ms: everyMs, permission, listen } = settings;
  const clock = systemClock;
  const store = createMemoryStore({
    capacity,
    clock,
    ...(default_ttl !== undefined && { defaultTtlMs: ttlMsOf(default_ttl) }),
  });
  const cache = defineService({
    name: "cache",
    version: "0.1.0",
    plugins: everyMs > 0 ? [expiry({ store, everyMs, clock })] : [],
    functions: cacheFunctions(store, permission),
  });
  return startService(cache, {
    settings,
    logger,
    publicPort: ({ serving }) => ({
      listen,
      services: [
        {
          name: "weft.cache.v1.CacheService",
          definition: CacheServiceService,
          implementation: implementation(store, serving),
        },
      ],
    }),
  });
}

function implementation(store: Store, serving: RpcServing) {
  const { set, get, remove, clear, exists, list, cleanup, stats } = cacheService(store);
  return {
    set: unaryRpc(serving, set),
    get: unaryRpc(serving, get),
    remove: unaryRpc(serving, remove),
    clear: unaryRpc(serving, clear),
    exists: unaryRpc(serving, exists),
    list: unaryRpc(serving, list),
    cleanup: unaryRpc(serving, cleanup),
    stats: unaryRpc(serving, stats),
  };
}
