import { decodeResult, encodeJson } from "@weft/contracts";
import { WeftError } from "@weft/core";
import type { Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import { explainStep } from "../../explanation.js";
import type { Execute } from "../../internal-call.js";
import type { AcceptedStream, CallResult, Pipeline } from "../../pipeline.js";
import type { CallbackOptions, CallbackOutcome } from "../callbacks/ask-callback.js";
import { callView } from "../callbacks/call-view.js";
import { declaredHooks } from "./declared-hooks.js";
import { runHook } from "./run-hook.js";

/**
 * Shows what a function gave to the hook that it declares, whose value the caller gets instead. Of a failure it sees
 * `{error: {code, reason, message}}`, of a stream that it was accepted: what it says of those changes nothing.
 */
export function afterHook(options: CallbackOptions): Plugin<Pipeline> {
  const isHooked = (call: Call) => targetOf(call).variant.config.afterExecute !== undefined;
  return {
    name: "after-hook",
    after: ["validate"],
    before: ["dispatch"],
    callbacks: {
      execute: (next) => (call) => (isHooked(call) ? executeHooked(next, call, options) : next(call)),
      open: (next) => (call) => (isHooked(call) ? openHooked(next, call, options) : next(call)),
      explain: (next) => (call) => {
        const { afterExecute, hookTimeoutMs = 5_000 } = targetOf(call).variant.config;
        if (afterExecute === undefined) return next(call);
        return explainStep(() => ({
          phase: "after-hook",
          rule: `the hook "${afterExecute}" may replace a result, within ${hookTimeoutMs} ms`,
          reason: "it is asked when there is a result",
        }))(next)(call);
      },
    },
  };
}

/** Shows a failure. Does nothing for a function without an after hook. */
export async function tellAfterHook(call: Call, error: WeftError, options: CallbackOptions): Promise<void> {
  const { code, reason, message } = error;
  await askAfterHook(call, { error: { code, reason, message } }, options);
}

async function executeHooked(next: Execute, call: Call, options: CallbackOptions): Promise<CallResult> {
  const result = await next(call).catch(async (error: unknown) => {
    if (error instanceof WeftError && !call.abort.signal.aborted) await tellAfterHook(call, error, options);
    throw error;
  });
  const outcome = await askAfterHook(call, decodeResult(result.json), options);
  if (outcome?.kind !== "answered" || outcome.value === undefined) return result;
  try {
    return { json: encodeJson(outcome.value), node: result.node };
  } catch (error) {
    options.logger.warn({ err: error, request_id: call.request.requestId }, "what an after hook gave cannot be sent");
    return result;
  }
}

async function openHooked(
  next: (call: Call) => Promise<AcceptedStream>,
  call: Call,
  options: CallbackOptions,
): Promise<AcceptedStream> {
  const accepted = await next(call);
  await askAfterHook(call, { started: { node: accepted.node } }, options);
  return accepted;
}

async function askAfterHook(
  call: Call,
  result: unknown,
  options: CallbackOptions,
): Promise<CallbackOutcome | undefined> {
  const { after: reference, limitMs } = declaredHooks(targetOf(call).variant);
  if (reference === undefined) return undefined;
  const view = callView(call);
  const hook = call.provided.afterHooks.get(reference.name);
  const local = hook && (() => hook(view, result, ...reference.fixed));
  call.chosen ??= call.peer; // the node that ran it
  return runHook("after", { call, view, reference, local, result, limitMs }, options);
}
