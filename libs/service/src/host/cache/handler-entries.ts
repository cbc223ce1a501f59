import { computeOnce } from "@weft/core";
import type { CacheComputeOptions, CacheEntries, CacheOptions } from "../../define/cache-entries.js";
import type { NestedCalls } from "../../define/handler-context.js";
import type { Origin } from "../nested-calls.js";
import type { JoinedGets, Reader } from "./joined-gets.js";
import { leaseDesk } from "./lease-desk.js";
import { lifeOf } from "./life-of.js";

const usual: CacheOptions = {};

/** The cache as one handler sees it. */
export function handlerEntries(origin: Origin, gets: JoinedGets, call: NestedCalls["call"]): CacheEntries {
  const reader: Reader = { origin, caller: rightsOf(origin) };

  return {
    get: <Value>(key: string, options = usual) => gets.get(key, options, reader) as Promise<Value | undefined>,

    getMany: <Value>(keys: readonly string[], options = usual) =>
      gets.getMany(keys, options, reader) as Promise<(Value | undefined)[]>,

    async set(key, value, { namespace, ttlMs, timeoutMs } = {}) {
      await call("cache.set", { key, value, namespace, ...lifeOf(ttlMs) }, limits(timeoutMs));
    },

    async getOrCompute<Value>(
      key: string,
      compute: () => Promise<Value> | Value,
      options: CacheComputeOptions = {},
    ): Promise<Value> {
      const { namespace } = options;
      const found = await gets.get(key, namespace === undefined ? usual : { namespace }, reader).catch(() => undefined);
      if (found !== undefined) return found as Value; // for an eighth of what a lease costs
      return computeOnce(leaseDesk<Value>(key, options, call), compute, { takesStale: options.staleMs !== undefined });
    },

    async remove(key, { namespace, timeoutMs } = usual) {
      const { removed } = await call<{ removed: boolean }>("cache.remove", { key, namespace }, limits(timeoutMs));
      return removed;
    },
  };
}

const limits = (timeoutMs: number | undefined) => (timeoutMs === undefined ? {} : { timeoutMs });

/** What calls that can be one have in common: who may do the same, as deep in a chain of calls. */
function rightsOf({ identity: { userId, roles, tenant }, context: { hop } }: Origin): string {
  return JSON.stringify([hop, userId, tenant, ...roles]);
}
