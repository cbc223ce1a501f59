import { type Clock, WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import { callFields } from "../events/call-fields.js";
import { executorEvents } from "../events/events.js";
import { explainStep } from "../explanation.js";
import type { Pipeline } from "../pipeline.js";
import { mayBeProcessed, mayRunTwice, wasNotProcessed } from "./processed.js";
import { createRetryBudgets, type RetryBudgets } from "./retry/retry-budget.js";

export interface FailoverOptions {
  readonly clock: Clock;
  /** Shared with `retry`; of its own if left out. */
  readonly budgets?: RetryBudgets;
}

// Of one call, whatever becomes of them.
const mostAttempts = 4;

/**
 * Sends a call to another node: when its function surely never saw it, or once more when it may have been processed and may
 * run twice. The latter is done by the first engine of a chain of calls alone, and from the budget, or attempts would
 * multiply; the former multiplies nothing, and so does not use up the one further attempt.
 */
export function failover(options: FailoverOptions): Plugin<Pipeline> {
  const { clock, budgets = createRetryBudgets() } = options;

  function mayGoOn(call: Call, error: WeftError): boolean {
    if (call.abort.signal.aborted) return false;
    if (wasNotProcessed(error)) return leaveLastNode(call);
    if (call.request.hop > 1 || !mayBeProcessed(error) || !mayRunTwice(call) || !leaveLastNode(call)) return false;
    return budgets.of(call.request.service).take(clock.now());
  }

  async function goOn<Answer>(next: (call: Call) => Promise<Answer>, call: Call, first: unknown): Promise<Answer> {
    let thrown = first;
    let processed = 0;
    for (let sent = 1; ; sent++) {
      if (!(thrown instanceof WeftError)) throw thrown;
      if (!wasNotProcessed(thrown)) processed++;
      if (processed > 1 || sent === mostAttempts || !mayGoOn(call, thrown)) throw thrown;
      const { attempt, peer } = call;
      const event = executorEvents.failover;
      if (event.hasListeners) event.publish({ ...callFields(call), node: peer?.id ?? "", error: thrown });
      try {
        return await next(call);
      } catch (error) {
        if (call.attempt === attempt) throw thrown; // a refusal to send it says less than what went wrong
        thrown = error;
      }
    }
  }

  function run<Answer>(next: (call: Call) => Promise<Answer>): (call: Call) => Promise<Answer> {
    return (call) => {
      if (call.attempt === 0) budgets.of(call.request.service).requested(call.startedAt);
      return next(call).catch((thrown: unknown) => goOn(next, call, thrown));
    };
  }

  return {
    name: "failover",
    before: ["dispatch"],
    callbacks: { execute: run, open: run, explain: explainStep(describe) },
  };
}

/** False if there is no other node. Where all have been tried, others than the last may be tried again. */
function leaveLastNode(call: Call): boolean {
  const { candidates } = targetOf(call);
  if (candidates.some((peer) => !call.tried.includes(peer))) return true;
  if (candidates.length < 2 || call.peer === undefined) return false;
  call.tried.length = 0;
  call.tried.push(call.peer);
  return true;
}

function describe(call: Call) {
  const always = "further attempts, on other nodes, after a call that was surely not processed";
  const reason =
    call.request.hop > 1 ? "not the first caller of a chain of calls" : "the first caller of a chain of calls";
  const others = Math.max(0, targetOf(call).candidates.length - 1);
  return {
    phase: "failover",
    rule: mayRunTwice(call) ? `${always}, and one after a call that may have been` : always,
    reason,
    details: { other_nodes: others },
  };
}
