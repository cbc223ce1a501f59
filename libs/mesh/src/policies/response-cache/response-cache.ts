import type { ResultCachePolicy } from "@weft/contracts/function";
import type { Clock, Logger } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import type { CountWork } from "../../count-work.js";
import { explainStep } from "../../explanation.js";
import type { Execute } from "../../internal-call.js";
import type { CallResult, Pipeline } from "../../pipeline.js";
import { detachedCall, type SharedExecution, shareExecution } from "../shared-execution.js";
import { resultKey } from "./result-key.js";
import type { ResultStore } from "./result-store.js";

// Beyond these, results that are stale are given as they are.
const maxRefreshes = 100;

export interface ResponseCacheOptions {
  readonly store: ResultStore;
  readonly countWork: CountWork;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Gives the results that functions let a gateway keep. Calls that want the same result at the same time wait for one of them;
 * its error is theirs too, and is not kept. A stale result is given at once, while one call in the background gets a new
 * one. Without a cache service every call goes through.
 */
export function responseCache({ store, countWork, clock, logger }: ResponseCacheOptions): Plugin<Pipeline> {
  const executions = new Map<string, SharedExecution>();
  const refreshes = new Set<string>();

  function shared(key: string, call: Call, next: Execute): SharedExecution {
    const known = executions.get(key);
    if (known !== undefined && !known.isAbandoned) return known;
    let kept: Promise<void> | undefined;
    const execution = shareExecution(
      call,
      async (work) => {
        const found = await store.get(key, next);
        const staleForMs = found === undefined ? Number.POSITIVE_INFINITY : clock.wallTime() - found.freshUntil;
        if (found !== undefined && staleForMs < policyOf(call).staleMs) {
          if (staleForMs >= 0) refresh(key, work, next);
          return found.result;
        }
        const result = await next(work);
        kept = keep(key, result, work, next);
        return result;
      },
      { clock, outlivesCallers: false },
    );
    executions.set(key, execution);
    const over = () => {
      if (executions.get(key) === execution) executions.delete(key);
    };
    // Who comes before the result lies in the cache would not find it there.
    execution.outcome.then(() => kept).then(over, over);
    return execution;
  }

  function keep(key: string, result: CallResult, call: Call, next: Execute): Promise<void> {
    const { ttlMs, staleMs } = policyOf(call);
    return store.set(key, { result, freshUntil: clock.wallTime() + ttlMs, lifeMs: ttlMs + staleMs }, next);
  }

  function refresh(key: string, call: Call, next: Execute): void {
    if (refreshes.has(key) || refreshes.size >= maxRefreshes) return;
    const abort = new AbortController();
    let leave: () => void;
    try {
      leave = countWork(abort);
    } catch {
      return; // no more work is taken here, and nobody waits for this
    }
    refreshes.add(key);
    const work = detachedCall(call, abort, clock.now());
    next(work)
      .then((result) => keep(key, result, work, next))
      .catch((error) => logger.warn({ err: error, key }, "getting a new result for a stale one failed"))
      .finally(() => {
        refreshes.delete(key);
        leave();
      });
  }

  return {
    name: "response-cache",
    after: ["validate", "idempotency"],
    before: ["dispatch"],
    callbacks: {
      execute: (next) => (call) => {
        if (!isKept(call)) return next(call);
        return shared(resultKey(call), call, next).join(call);
      },
      explain: (next) => (call) => {
        const { resultCache } = targetOf(call).variant.config;
        if (resultCache === undefined) return next(call);
        const { ttlMs, staleMs, keyArguments } = resultCache;
        const by = keyArguments.length === 0 ? "all arguments" : keyArguments.join(", ");
        return explainStep(() => ({
          phase: "response-cache",
          rule: `results are kept for ${ttlMs} ms, and given for ${staleMs} ms more, by ${by}`,
          reason: isKept(call) ? "a kept result is looked for" : "calls with an idempotency key pass it by",
        }))(next)(call);
      },
    },
  };
}

function policyOf(call: Call): ResultCachePolicy {
  return targetOf(call).variant.config.resultCache ?? { keyArguments: [], ttlMs: 0, staleMs: 0 };
}

/** A call with an idempotency key wants its own outcome. The cache is not to be kept in itself. */
function isKept(call: Call): boolean {
  const { config } = targetOf(call).variant;
  if (config.resultCache === undefined || call.request.idempotencyKey !== "") return false;
  return config.mode === "sync" && config.service !== "cache";
}
