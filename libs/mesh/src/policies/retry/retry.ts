import type { Retry } from "@weft/contracts/function";
import { type Clock, sleep, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import type { Catalogue } from "../../catalogue/catalogue.js";
import { callFields } from "../../events/call-fields.js";
import { executorEvents } from "../../events/events.js";
import { explainStep } from "../../explanation.js";
import type { CallResult, Pipeline } from "../../pipeline.js";
import type { RetryBudgets } from "./retry-budget.js";
import { isRetryable, waitBeforeRetryMs } from "./retry-rule.js";

export interface RetryOptions {
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly random: () => number;
  /** Shared with `failover`. */
  readonly budgets: RetryBudgets;
}

/**
 * Repeats calls of functions that declare it, after an error answer, with growing waits and within the call's time.
 * Only the first engine of a chain of calls does so, or attempts would multiply. The caller sees the last real error.
 */
export function retry(options: RetryOptions): Plugin<Pipeline> {
  const { catalogue, clock, random, budgets } = options;

  /** How long to wait before the k-th retry; undefined: there is none. */
  function waitMs(k: number, error: WeftError, call: Call): number | undefined {
    if (call.abort.signal.aborted || !isRetryable(error, call)) return undefined;
    const waitMs = waitBeforeRetryMs(k, error, random);
    const nowMs = clock.now();
    if (nowMs + waitMs >= call.deadlineAt || !budgets.of(call.request.service).take(nowMs)) return undefined;
    return waitMs;
  }

  /** Nodes may have come and gone while it waited. */
  function refresh(call: Call): void {
    const { service, functionName, version } = call.request;
    const found = catalogue.find(service, functionName, version);
    if (typeof found === "object" && found.variant === targetOf(call).variant) call.target = found;
  }

  async function repeated(next: (call: Call) => Promise<CallResult>, call: Call, declared: Retry): Promise<CallResult> {
    let last: WeftError | undefined;
    for (let k = 1; ; k++) {
      const { attempt } = call;
      try {
        return await next(call);
      } catch (thrown) {
        const error = WeftError.from(thrown);
        if (last !== undefined && call.attempt === attempt) throw last; // it was not even sent
        last = error;
        if (k > declared.times) {
          publishExhausted(call, declared, error);
          throw error;
        }
        const backoffMs = waitMs(k, error, call);
        if (backoffMs === undefined) throw error;
        publishRetry(call, declared, k, backoffMs);
        await sleep(backoffMs, { clock, signal: call.abort.signal });
        if (modeOf(declared) === "same_node") call.chosen = call.peer;
        else refresh(call);
        // Each node once, then all of them again.
        if (targetOf(call).candidates.every((peer) => call.tried.includes(peer))) call.tried.length = 0;
      }
    }
  }

  return {
    name: "retry",
    before: ["failover"],
    callbacks: {
      execute: (next) => (call) => {
        const { retry: declared } = targetOf(call).variant.config;
        return declared === undefined || call.request.hop > 1 ? next(call) : repeated(next, call, declared);
      },
      explain: explainStep((call) => {
        const { retry: declared } = targetOf(call).variant.config;
        const isFirst = call.request.hop === 1;
        const isEmpty = budgets.of(call.request.service).isEmpty(clock.now());
        return {
          phase: "retry",
          rule: declared === undefined ? "none declared" : `up to ${declared.times} more attempts, ${modeOf(declared)}`,
          reason: isFirst ? "the first caller of a chain of calls" : "not the first caller of a chain of calls",
          details: { budget: isEmpty ? "empty" : "available" },
        };
      }),
    },
  };
}

function modeOf({ mode }: Retry): "same_node" | "all_nodes" {
  return mode === "same_node" ? "same_node" : "all_nodes";
}

function publishRetry(call: Call, declared: Retry, k: number, backoffMs: number): void {
  const event = executorEvents.retry;
  if (!event.hasListeners) return;
  const { candidates } = targetOf(call);
  event.publish({
    ...callFields(call),
    attempt: k,
    backoff_ms: backoffMs,
    mode: modeOf(declared),
    type: "remote",
    nodes: candidates.map((peer) => peer.id),
  });
}

function publishExhausted(call: Call, declared: Retry, error: WeftError): void {
  const event = executorEvents.retryExhausted;
  if (event.hasListeners)
    event.publish({ ...callFields(call), mode: { [modeOf(declared)]: declared.times }, last_error: error });
}
