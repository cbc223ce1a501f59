import { CacheServiceService } from "@weft/contracts/cache";
import { type Logger, systemClock } from "@weft/core";
import { defineService, type RunningService, startService } from "@weft/service";
import type { CacheSettings } from "./config.js";
import { cacheFunctions } from "./doors/functions.js";
import { cacheRpcs } from "./doors/rpcs.js";
import { turnClock } from "./engine/turn-clock.js";
import { expiry } from "./expiry.js";
import { createNamespaces } from "./namespaces/namespaces.js";
import { openStores } from "./open-stores.js";
import { otherNodes } from "./other-nodes.js";

/** Starts a cache: its namespaces behind a public port of their own and, as functions, behind every gateway. */
export function startCache(settings: CacheSettings, logger: Logger): Promise<RunningService> {
  const { expiry_every_ms: everyMs, permission, listen } = settings;
  const clock = systemClock;
  const isShared = settings.store === "redis";
  const { main, others, plugins } = openStores(settings, { clock: turnClock(clock), logger });
  const namespaces = createNamespaces(main, others);
  const stores = namespaces.all.map(({ store }) => store);
  const nodes = otherNodes();
  const cache = defineService({
    name: "cache",
    version: "0.1.0",
    plugins: everyMs > 0 ? [...plugins, expiry({ stores, everyMs, clock })] : plugins,
    functions: cacheFunctions(namespaces, { permission, isShared, others: nodes }),
  });
  return startService(cache, {
    settings,
    logger,
    publicPort({ backend, node, serving }) {
      nodes.watch(backend, { node, clock, logger });
      return {
        listen,
        services: [
          {
            name: "weft.cache.v1.CacheService",
            definition: CacheServiceService,
            implementation: cacheRpcs(namespaces, serving),
          },
        ],
        close: nodes.close,
      };
    },
  });
}
