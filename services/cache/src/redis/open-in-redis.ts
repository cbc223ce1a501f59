import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import { ttlMsOf } from "../actions/ttl.js";
import type { LimitSettings } from "../namespaces/limit-settings.js";
import type { Store } from "../store/store.js";
import type { RedisConnection } from "./connection.js";
import { createRedisStore } from "./redis-store.js";

/** A namespace in Redis, with the limits of its settings. */
export function openInRedis(settings: LimitSettings, namespace: string, connection: RedisConnection): Store {
  const { capacity, eviction, default_ttl, max_bytes, max_entry_bytes, max_key_bytes } = settings;
  return createRedisStore({
    connection,
    namespace,
    capacity,
    evicts: eviction !== "none",
    ...(default_ttl !== undefined && { defaultTtlMs: ttlMsOf(default_ttl) }),
    ...(max_bytes !== undefined && { maxBytes: max_bytes }),
    ...(max_entry_bytes !== undefined && { maxEntryBytes: max_entry_bytes }),
    ...(max_key_bytes !== undefined && { maxKeyBytes: max_key_bytes }),
  });
}

/** Connects while the service runs. A Redis that is away does not keep it from starting: calls fail until it is there. */
export function redisPlugin(connection: RedisConnection): Plugin<Hosting> {
  return {
    name: "redis",
    async start() {
      await connection.start();
      return undefined;
    },
    stop: () => connection.close(),
  };
}
