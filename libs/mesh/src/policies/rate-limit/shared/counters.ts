import type { PlainObject } from "@weft/contracts";
import { Code, Reason, WeftError } from "@weft/core";
import type { InternalCall } from "../../../internal-call.js";
import { meshNamespaces } from "../../../mesh-namespaces.js";

// Calls wait for it on top of their own work; but one that counts too late passes uncounted, where a limiter may fail.
const limitMs = 500;

/** Counters that all gateways see. Each adds in one step; all of it may fail, or be late. */
export interface Counters {
  /** Adds one; the counter begins at zero and lives so long from then on. Answers the sum. */
  add(name: string, lifeMs: number): Promise<number>;
  /** Undoes that. Answers what is left. */
  takeBack(name: string, lifeMs: number): Promise<number>;
  /** What they are at, in the same order; 0 for those that are not there. */
  read(names: readonly string[]): Promise<readonly number[]>;
  /** Forgets all whose names begin like that. */
  forget(prefix: string): Promise<void>;
}

/**
 * Counters in the cache service, by its public functions, in the namespace of the mesh. A counter lies on the node that has its key, and goes with it.
 * `callInternally` goes past everything that guards this process from clients: what counts for the limits has none itself.
 */
export function cacheCounters(callInternally: (call: InternalCall) => Promise<unknown>): Counters {
  const ask = (functionName: string, args: PlainObject) =>
    callInternally({
      service: "cache",
      functionName,
      args: { ...args, namespace: meshNamespaces.counters },
      timeoutMs: limitMs,
    });
  const increment = async (args: PlainObject) => countIn(await ask("increment", args));

  return {
    add: (key, ttl_ms) => increment({ key, by: 1, ttl_ms }),
    // A counter that was lost meanwhile begins at one, not below zero.
    takeBack: (key, ttl_ms) => increment({ key, by: -1, initial: 1, ttl_ms }),
    async read(keys) {
      const { results } = (await ask("get_many", { keys: [...keys] })) as { readonly results: readonly unknown[] };
      return results.map(countIn);
    },
    async forget(prefix) {
      await ask("remove_matching", { prefix });
    },
  };
}

/** What lies in a cache may be anybody's, and an item of a batch may fail alone. */
function countIn(answer: unknown): number {
  const { value } = answer as { readonly value?: unknown };
  if (typeof value === "number") return value;
  if (value === null) return 0;
  throw new WeftError(Code.Unavailable, "the cache answers no count", { reason: Reason.RateLimiterUnavailable });
}
