import type { Clock, Logger } from "@weft/core";
import { ttlMsOf } from "../actions/ttl.js";
import { createMemoryStore, type MemoryStore } from "../engine/memory-store.js";
import type { LimitSettings } from "./limit-settings.js";

export interface MemoryOptions {
  /** Empty for the default one. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A namespace in memory, with the limits of its settings. */
export function openInMemory(settings: LimitSettings, { namespace, clock, logger }: MemoryOptions): MemoryStore {
  const { capacity, eviction, evictable, default_ttl, max_bytes, max_entry_bytes, max_key_bytes } = settings;
  return createMemoryStore({
    namespace,
    capacity,
    eviction,
    evictable,
    clock,
    logger,
    ...(default_ttl !== undefined && { defaultTtlMs: ttlMsOf(default_ttl) }),
    ...(max_bytes !== undefined && { maxBytes: max_bytes }),
    ...(max_entry_bytes !== undefined && { maxEntryBytes: max_entry_bytes }),
    ...(max_key_bytes !== undefined && { maxKeyBytes: max_key_bytes }),
  });
}
