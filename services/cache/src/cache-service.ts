import type {
  CleanupRequest,
  CleanupResponse,
  ClearRequest,
  ClearResponse,
  ExistsRequest,
  ExistsResponse,
  GetRequest,
  GetResponse,
  ListRequest,
  ListResponse,
  RemoveRequest,
  RemoveResponse,
  SetRequest,
  SetResponse,
  StatsRequest,
  StatsResponse,
} from "@weft/contracts/cache";
import { Encoding } from "@weft/contracts/gateway";
import { type Content, nullContent, wireFormOf } from "./actions/content.js";
import { type ActionName, actions } from "./actions/registry.js";
import { keyNotFound } from "./actions/remove.js";
import type { Store } from "./engine/store.js";

/** weft.cache.v1.CacheService: request in, response or WeftError out. Synchronous unless the work may come in slices. */
export interface CacheService extends Record<ActionName, unknown> {
  set(request: SetRequest): SetResponse;
  get(request: GetRequest): GetResponse;
  remove(request: RemoveRequest): RemoveResponse;
  clear(request: ClearRequest): ClearResponse;
  exists(request: ExistsRequest): ExistsResponse;
  list(request: ListRequest): Promise<ListResponse>;
  cleanup(request: CleanupRequest): Promise<CleanupResponse>;
  stats(request: StatsRequest): StatsResponse;
}

/** Serves the actions of the registry as typed calls on `store`. A miss is an answer, not an error. */
export function cacheService(store: Store): CacheService {
  return {
    set(request) {
      const { key, version } = actions.set.call(store, { ...request, value: contentOf(request) });
      return { success: true, key, cached: true, entryVersion: version };
    },

    get(request) {
      const { key, entry } = actions.get.call(store, request);
      const found = entry !== undefined;
      return {
        success: true,
        found,
        key,
        content: found ? wireFormOf(entry.value, formOf(request.valueEncoding)) : nullContent,
        entryVersion: found ? entry.version : 0,
        contentType: found ? entry.value.contentType : "",
      };
    },

    remove(request) {
      const { key, removed } = actions.remove.call(store, request);
      return { success: true, key, removed, error: removed ? undefined : keyNotFound };
    },

    clear() {
      const { previousSize } = actions.clear.call(store, {});
      return { success: true, cleared: true, previousSize };
    },

    exists(request) {
      const { key, found } = actions.exists.call(store, request);
      return { success: true, key, found };
    },

    async list(request) {
      const { rows, totalCount, offset, limit, hasMore } = await actions.list.call(store, {
        filter_type: request.filterType,
        filter_value: request.filterValue,
        filter_prefix: request.filterPrefix,
        filter_suffix: request.filterSuffix,
        order: request.order,
        limit: request.limit,
        offset: request.offset,
      });
      const items = rows.map(({ key, value }) => ({ key, content: wireFormOf(value, "value") }));
      return { success: true, items, totalCount, offset, limit, hasMore };
    },

    async cleanup() {
      const { cleanedCount } = await actions.cleanup.call(store, {});
      return { success: true, cleanedCount };
    },

    stats() {
      return { success: true, stats: { ...actions.stats.call(store, {}), bytesLimit: 0 } };
    },
  };
}

/** The value of a request with what belongs to it; undefined when the request has none. */
function contentOf({ content, contentType }: SetRequest): Content | undefined {
  return content?.$case === "valueBytes" ? { ...content, contentType } : content;
}

function formOf(encoding: Encoding): "value" | "json" {
  return encoding === Encoding.ENCODING_JSON ? "json" : "value";
}
