import { cacheSettings, startCache } from "@weft/cache";
import { createLogger } from "@weft/core/logger";
import type { Start } from "../load/actor.js";

/** A cache with the settings of production but for the log and free ports, and the registry by which the client finds it. */
export const start: Start = async () => {
  const settings = cacheSettings.parse({ discovery: "embedded", listen: "127.0.0.1:0", capacity: 10_000 });
  const { meshAddress } = await startCache(settings, createLogger({ service: "cache", level: "warn" }));
  return { addresses: { registry: meshAddress } };
};
