import type { Clock, Logger } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import type { Hosting } from "@weft/service";
import type { CacheSettings } from "./config.js";
import { openInMemory } from "./namespaces/open-in-memory.js";
import { createRedisConnection } from "./redis/connection.js";
import { openInRedis, redisPlugin } from "./redis/open-in-redis.js";
import { snapshot } from "./snapshot/snapshot.js";
import type { Store } from "./store/store.js";

export interface OpenStores {
  /** Of the default namespace. */
  readonly main: Store;
  readonly others: Readonly<Record<string, Store>>;
  /** What must run for them. */
  readonly plugins: readonly Plugin<Hosting>[];
}

/** The stores that the settings ask for, one for each namespace. */
export function openStores(settings: CacheSettings, options: { clock: Clock; logger: Logger }): OpenStores {
  const { namespaces } = settings;
  if (settings.store === "redis") {
    const connection = createRedisConnection({ url: settings.redis_url, ...options });
    const others = mapValues(namespaces, (limits, name) => openInRedis(limits, name, connection));
    return { main: openInRedis(settings, "", connection), others, plugins: [redisPlugin(connection)] };
  }
  const main = openInMemory(settings, { namespace: "", ...options });
  const others = mapValues(namespaces, (limits, namespace) => openInMemory(limits, { namespace, ...options }));
  const { snapshot_file: file, snapshot_every_ms: everyMs } = settings;
  if (file === undefined) return { main, others, plugins: [] };
  return { main, others, plugins: [snapshot({ stores: { "": main, ...others }, file, everyMs, ...options })] };
}

function mapValues<T, U>(given: Readonly<Record<string, T>>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, map(value, name)]));
}
