import { Code, Reason, WeftError } from "@weft/core";
import { callFields } from "../../events/call-fields.js";
import { hookEvents } from "../../events/events.js";
import { askCallback, type CallbackOptions, type CallbackOutcome, type Question } from "../callbacks/ask-callback.js";
import { timedOut } from "../timed-out.js";

const events = {
  before: { start: hookEvents.beforeStart, stop: hookEvents.beforeStop, exception: hookEvents.beforeException },
  after: { start: hookEvents.afterStart, stop: hookEvents.afterStop, exception: hookEvents.afterException },
};

/** Asks a hook, and tells those who listen. */
export async function runHook(
  kind: "before" | "after",
  question: Question,
  options: CallbackOptions,
): Promise<CallbackOutcome> {
  const { call, reference } = question;
  const { start, stop, exception } = events[kind];
  const startedAt = options.clock.now();
  if (start.hasListeners) start.publish({ ...callFields(call), hook: reference.name });

  const outcome = await askCallback(question, options);

  const duration_us = Math.round((options.clock.now() - startedAt) * 1_000);
  if (outcome.kind === "answered") {
    if (stop.hasListeners) stop.publish({ ...callFields(call), hook: reference.name, duration_us });
    return outcome;
  }
  const error = failureOf(outcome, question, options);
  if (exception.hasListeners) exception.publish({ ...callFields(call), hook: reference.name, duration_us, error });
  const { requestId: request_id, service, functionName } = call.request;
  const fields = { request_id, function: `${service}.${functionName}`, hook: reference.name };
  if (error.reason === Reason.HookRejected) options.logger.warn({ ...fields, err: error }, `${kind} hook failed`);
  return outcome;
}

/** What a call is refused with whose hook did not answer. The text of a throw that is no WeftError stays here. */
export function failureOf(
  outcome: Exclude<CallbackOutcome, { kind: "answered" }>,
  { call, limitMs }: Question,
  { clock }: CallbackOptions,
): WeftError {
  if (outcome.kind === "threw") return outcome.typed ?? rejected("hook rejected: the hook failed", outcome.error);
  return outcome.isDeadline ? timedOut(call, clock.now()) : rejected(`hook timed out after ${limitMs}ms`);
}

export function rejected(message: string, cause?: unknown): WeftError {
  return new WeftError(Code.FailedPrecondition, message, { reason: Reason.HookRejected, cause });
}
