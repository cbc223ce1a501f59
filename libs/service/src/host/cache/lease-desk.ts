import type { LeaseDesk } from "@weft/core";
import type { CacheComputeOptions } from "../../define/cache-entries.js";
import type { NestedCalls } from "../../define/handler-context.js";
import { lifeOf } from "./life-of.js";

// The cache waits for nine tenths of what the caller has left, and no longer.
const mostWaitMs = 30_000;

/** What `cache.lease` answers. */
interface LeaseForm<Value> {
  readonly state: "hit" | "granted" | "taken";
  readonly value?: Value;
  readonly known_absent?: boolean;
  readonly token?: string;
  readonly stale?: { readonly value: Value };
}

/** The leases of the cache for one key, for the caller of a handler. */
export function leaseDesk<Value>(
  key: string,
  { namespace, ttlMs, staleMs, leaseMs }: CacheComputeOptions,
  call: NestedCalls["call"],
): LeaseDesk<Value> {
  return {
    async ask(mayWait) {
      const args = { key, namespace, lease_ms: leaseMs, ...(mayWait && { wait_ms: mostWaitMs }) };
      const { state, value, known_absent, token = "", stale } = await call<LeaseForm<Value>>("cache.lease", args);
      if (state === "hit") return { state, value: (known_absent ? undefined : value) as Value };
      return state === "granted" ? { state, token } : { state, stale };
    },
    store(value, token) {
      const content = value === undefined ? { known_absent: true } : { value };
      return call("cache.set", { key, namespace, ...lifeOf(ttlMs), stale_ms: staleMs, lease_token: token, ...content });
    },
    release: (token) => call("cache.release", { key, namespace, token }),
  };
}
