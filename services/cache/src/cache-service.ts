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
import { type Awaitable, whenReady } from "./store/awaitable.js";
import type { Store } from "./store/store.js";

/** weft.cache.v1.CacheService: request in, response or WeftError out. Synchronous unless the work may come in slices. */
export interface CacheService extends Record<ActionName, unknown> {
  set(request: SetRequest): Awaitable<SetResponse>;
  get(request: GetRequest): Awaitable<GetResponse>;
  remove(request: RemoveRequest): Awaitable<RemoveResponse>;
  clear(request: ClearRequest): Awaitable<ClearResponse>;
  exists(request: ExistsRequest): Awaitable<ExistsResponse>;
  list(request: ListRequest): Promise<ListResponse>;
  cleanup(request: CleanupRequest): Promise<CleanupResponse>;
  stats(request: StatsRequest): Awaitable<StatsResponse>;
}

/** Serves the actions of the registry as typed calls on `store`. A miss is an answer, not an error. */
export function cacheService(store: Store): CacheService {
  return {
    set(request) {
      const outcome = actions.set.call(store, { ...request, value: contentOf(request) });
      return whenReady(outcome, ({ key, version }) => ({ success: true, key, cached: true, entryVersion: version }));
    },

    get(request) {
      return whenReady(actions.get.call(store, request), ({ key, entry }) => {
        const found = entry !== undefined;
        return {
          success: true,
          found,
          key,
          content: found ? wireFormOf(entry.value, formOf(request.valueEncoding)) : nullContent,
          entryVersion: found ? entry.version : 0,
          contentType: found ? entry.value.contentType : "",
        };
      });
    },

    remove(request) {
      return whenReady(actions.remove.call(store, request), ({ key, removed }) => {
        return { success: true, key, removed, error: removed ? undefined : keyNotFound };
      });
    },

    clear() {
      return whenReady(actions.clear.call(store, {}), ({ previousSize }) => {
        return { success: true, cleared: true, previousSize };
      });
    },

    exists(request) {
      return whenReady(actions.exists.call(store, request), ({ key, found }) => ({ success: true, key, found }));
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
      return whenReady(actions.stats.call(store, {}), (stats) => ({ success: true, stats }));
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
