import type * as wire from "@weft/contracts/cache";
import type { Caller } from "../actions/caller.js";
import { actions, streamActions } from "../actions/registry.js";
import type { Namespaces } from "../namespaces/namespaces.js";
import { type Awaitable, whenReady } from "../store/awaitable.js";
import { describeActions } from "./describe.js";
import { executeAction } from "./execute.js";
import {
  getResponse,
  leaseResponse,
  listItem,
  removeResponse,
  results,
  setResponse,
  statsMessage,
  watchResponse,
} from "./messages.js";
import { formOf, setInput } from "./requests.js";

/** weft.cache.v1.CacheService: request in, response or WeftError out; at once where the store answers at once. */
export interface CacheService {
  set(request: wire.SetRequest): Awaitable<wire.SetResponse>;
  get(request: wire.GetRequest): Awaitable<wire.GetResponse>;
  remove(request: wire.RemoveRequest): Awaitable<wire.RemoveResponse>;
  clear(request: wire.ClearRequest): Awaitable<wire.ClearResponse>;
  exists(request: wire.ExistsRequest): Awaitable<wire.ExistsResponse>;
  list(request: wire.ListRequest): Awaitable<wire.ListResponse>;
  cleanup(request: wire.CleanupRequest): Awaitable<wire.CleanupResponse>;
  stats(request: wire.StatsRequest): Awaitable<wire.StatsResponse>;
  getMany(request: wire.GetManyRequest): Awaitable<wire.GetManyResponse>;
  setMany(request: wire.SetManyRequest): Awaitable<wire.SetManyResponse>;
  removeMany(request: wire.RemoveManyRequest): Awaitable<wire.RemoveManyResponse>;
  increment(request: wire.IncrementRequest): Awaitable<wire.IncrementResponse>;
  getTtl(request: wire.GetTtlRequest): Awaitable<wire.GetTtlResponse>;
  updateTtl(request: wire.UpdateTtlRequest): Awaitable<wire.UpdateTtlResponse>;
  removeMatching(request: wire.RemoveMatchingRequest): Awaitable<wire.RemoveMatchingResponse>;
  lease(request: wire.LeaseRequest, caller?: Caller): Awaitable<wire.LeaseResponse>;
  release(request: wire.ReleaseRequest): Awaitable<wire.ReleaseResponse>;
  /** Ends by throwing the reason of the signal. */
  watch(request: wire.WatchRequest, signal: AbortSignal): AsyncIterable<wire.WatchResponse>;
  execute(request: wire.ExecuteRequest, caller?: Caller): Awaitable<wire.ExecuteResponse>;
  describe(request: wire.DescribeRequest): wire.DescribeResponse;
}

/** Serves the actions of the registry as typed calls. A miss is an answer, not an error. */
export function cacheService(namespaces: Namespaces): CacheService {
  return {
    set: (request) => whenReady(actions.set.call(namespaces, setInput(request)), setResponse),

    get: ({ key, namespace, valueEncoding, withTtl }) =>
      whenReady(actions.get.call(namespaces, { key, namespace, details: true, with_ttl: withTtl }), (got) =>
        getResponse(got, formOf(valueEncoding)),
      ),

    remove: ({ key, namespace, ifVersion }) =>
      whenReady(actions.remove.call(namespaces, { key, namespace, if_version: ifVersion }), removeResponse),

    clear: ({ namespace }) =>
      whenReady(actions.clear.call(namespaces, { namespace }), ({ previousSize }) => ({
        success: true,
        cleared: true,
        previousSize,
      })),

    exists: ({ key, namespace }) =>
      whenReady(actions.exists.call(namespaces, { key, namespace }), ({ key, found }) => ({
        success: true,
        key,
        found,
      })),

    async list(request) {
      const { keysOnly, details } = request;
      const page = await actions.list.call(namespaces, listInput(request));
      const { rows, totalCount, offset, limit, hasMore, nextCursor } = page;
      const form = formOf(request.valueEncoding);
      const items = rows.map((row) => listItem(row, { keysOnly, details, form }));
      return { success: true, items, totalCount, offset, limit, hasMore, nextCursor };
    },

    cleanup: ({ namespace }) =>
      whenReady(actions.cleanup.call(namespaces, { namespace }), ({ cleanedCount }) => ({
        success: true,
        cleanedCount,
      })),

    async stats({ namespace, allNamespaces }) {
      const { own, all } = await actions.stats.call(namespaces, { namespace, all_namespaces: allNamespaces });
      return {
        success: true,
        stats: statsMessage(own),
        namespaces: all.map((figures) => ({ namespace: figures.namespace, stats: statsMessage(figures) })),
      };
    },

    getMany: ({ keys, namespace, valueEncoding, withTtl }) =>
      whenReady(actions.get_many.call(namespaces, { keys, namespace, with_ttl: withTtl }), ({ items }) => ({
        success: true,
        results: results(items, (got) => getResponse(got, formOf(valueEncoding))),
      })),

    setMany: ({ entries, namespace }) =>
      whenReady(actions.set_many.call(namespaces, { entries: entries.map(setInput), namespace }), ({ items }) => ({
        success: true,
        results: results(items, setResponse),
      })),

    removeMany: ({ keys, namespace }) =>
      whenReady(actions.remove_many.call(namespaces, { keys, namespace }), ({ items }) => ({
        success: true,
        results: results(items, removeResponse),
      })),

    increment(request) {
      const { key, namespace, by, initial, ttl, ttlMs, noExpiry } = request;
      const input = { key, namespace, by, initial, ttl, ttl_ms: ttlMs, no_expiry: noExpiry };
      return whenReady(actions.increment.call(namespaces, input), ({ key, value, version }) => ({
        success: true,
        key,
        value: String(value),
        entryVersion: version,
      }));
    },

    getTtl: ({ key, namespace }) => whenReady(actions.get_ttl.call(namespaces, { key, namespace }), ttlResponse),

    updateTtl({ key, namespace, change }) {
      const input = {
        key,
        namespace,
        ttl_ms: change?.$case === "ttlMs" ? change.value : undefined,
        add_ms: change?.$case === "addMs" ? change.value : undefined,
        persist: change?.$case === "persist" && change.value,
      };
      return whenReady(actions.update_ttl.call(namespaces, input), ttlResponse);
    },

    removeMatching({ what, namespace }) {
      const input = what === undefined ? { namespace } : { namespace, [what.$case]: what.value };
      return whenReady(actions.remove_matching.call(namespaces, input), ({ removedCount }) => ({
        success: true,
        removedCount,
      }));
    },

    lease({ key, namespace, leaseMs, waitMs, valueEncoding }, caller) {
      const input = { key, namespace, lease_ms: leaseMs, wait_ms: waitMs };
      return whenReady(actions.lease.call(namespaces, input, caller), ({ key, lease }) =>
        leaseResponse(key, lease, formOf(valueEncoding)),
      );
    },

    release: ({ key, namespace, token }) =>
      whenReady(actions.release.call(namespaces, { key, namespace, token }), ({ key, released }) => ({
        success: true,
        key,
        released,
      })),

    async *watch({ namespace, keys, prefixes, resumeAfter }, signal) {
      const input = { namespace, keys, prefixes, resume_after: resumeAfter };
      for await (const message of streamActions.watch.open(namespaces, input, signal)) yield watchResponse(message);
    },

    execute: (request, caller) => executeAction(namespaces, request, caller),
    describe: describeActions,
  };
}

function listInput(request: wire.ListRequest) {
  const { namespace, filterType, filterValue, filterPrefix, filterSuffix, order, limit, offset } = request;
  const { cursor, keysOnly, details } = request;
  return {
    namespace,
    filter_type: filterType,
    filter_value: filterValue,
    filter_prefix: filterPrefix,
    filter_suffix: filterSuffix,
    order,
    limit,
    offset,
    cursor,
    keys_only: keysOnly,
    details,
  };
}

function ttlResponse({ key, ttl }: { key: string; ttl: { leftMs?: number } | undefined }) {
  return { success: true, key, found: ttl !== undefined, ttlLeftMs: ttl?.leftMs };
}
