import { Code, Reason, silentLogger, systemClock, WeftError } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../call.js";
import { callFields } from "../events/call-fields.js";
import { executorEvents } from "../events/events.js";
import { type ExplainedStep, explainStep, refusalOf } from "../explanation.js";
import type { Pipeline } from "../pipeline.js";
import { callArguments } from "./call-arguments.js";
import { askCallback, type CallbackOptions, type CallbackOutcome } from "./callbacks/ask-callback.js";
import { callView } from "./callbacks/call-view.js";
import type { CallbackReference } from "./callbacks/reference.js";

const { permissionDenied } = executorEvents;

// Of a callback where the function has no limit of its own: without one, nobody would ever be refused.
const callbackLimitMs = 5_000;

/** Lets a call pass only if the function's permission allows the caller. The answer never says which rule refused. */
export function authorize(options: Partial<CallbackOptions> = {}): Plugin<Pipeline> {
  const { clock = systemClock, logger = silentLogger, caller = "" } = options;
  return {
    name: "authorize",
    after: ["resolve"],
    callbacks: {
      admit(call) {
        const pending = permit(call, { clock, logger, caller });
        return pending === undefined ? cont : pending.then(() => cont);
      },
      explain: explainStep(explained),
    },
  };
}

/** Throws unless the function's permission allows the caller. A promise only where a callback must be waited for. */
export function permit(call: Call, options: CallbackOptions): undefined | Promise<undefined> {
  const { permits: rule } = targetOf(call).variant;
  const { identity } = call.request;
  if (rule.callback !== undefined) return permitByCallback(call, rule.callback, options);
  if (rule.permits(identity, () => callArguments(call))) return undefined;
  throw denied(call);
}

function permitByCallback(
  call: Call,
  reference: CallbackReference,
  options: CallbackOptions,
): undefined | Promise<undefined> {
  const { timeoutMs } = targetOf(call).variant;
  const view = callView(call);
  const local = call.provided.permissionCallbacks.get(reference.name);
  const outcome = askCallback(
    {
      call,
      view,
      reference,
      local: local && (() => local(view, ...reference.fixed)),
      limitMs: timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY ? callbackLimitMs : timeoutMs,
    },
    options,
  );

  function decide(outcome: CallbackOutcome): undefined {
    if (outcome.kind === "answered" && outcome.value === true) return undefined;
    if (outcome.kind !== "answered") report(call, reference, outcome, options);
    throw denied(call);
  }
  return outcome instanceof Promise ? outcome.then(decide) : decide(outcome);
}

/** That a callback did not answer is for the operator: the caller learns the same as from a "no". */
function report(call: Call, { name }: CallbackReference, outcome: CallbackOutcome, { logger }: CallbackOptions): void {
  const { requestId, service, functionName } = call.request;
  const fields = { request_id: requestId, function: `${service}.${functionName}`, callback: name };
  if (outcome.kind === "threw") logger.warn({ ...fields, err: outcome.error }, "a permission callback failed");
  else logger.warn(fields, "a permission callback did not answer in time");
}

function denied(call: Call): WeftError {
  const { permits: rule } = targetOf(call).variant;
  if (permissionDenied.hasListeners) permissionDenied.publish({ ...callFields(call), rule: rule.text });
  return refusal(call);
}

function refusal(call: Call): WeftError {
  if (targetOf(call).variant.permits.needsUser && call.request.identity.userId === "")
    return new WeftError(Code.Unauthenticated, "Authentication required", { reason: Reason.Unauthenticated });
  return new WeftError(Code.PermissionDenied, "Permission denied", { reason: Reason.PermissionDenied });
}

/** What a callback would say is not asked: it may be a function on a node. */
async function explained(call: Call): Promise<ExplainedStep> {
  const { permits: rule } = targetOf(call).variant;
  const { userId, roles } = call.request.identity;
  const step = { phase: "authorize", rule: `open to ${rule.text}`, details: { user_id: userId, roles } };
  if (rule.callback !== undefined) return { ...step, reason: "the callback decides when the call comes" };
  const refused = await refusalOf(() => {
    if (!rule.permits(call.request.identity, () => callArguments(call))) throw refusal(call);
  });
  const who = userId === "" ? "an anonymous caller" : `the user "${userId}"`;
  if (refused === undefined) return { ...step, reason: `${who} may call it` };
  return { ...step, reason: `${who} may not call it`, refusal: refused };
}
