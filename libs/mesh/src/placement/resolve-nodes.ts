import { Code, Reason, WeftError } from "@weft/core";
import { type Call, targetOf } from "../call.js";
import type { FunctionVariant } from "../catalogue/target.js";
import { askCallback, type CallbackOptions, type CallbackOutcome } from "../policies/callbacks/ask-callback.js";
import { callView } from "../policies/callbacks/call-view.js";
import { type CallbackReference, callbackReference } from "../policies/callbacks/reference.js";
import { timedOut } from "../policies/timed-out.js";
import { isText, listOf } from "../shapes.js";

const limitMs = 5_000;
const isNames = listOf(isText);

/**
 * The names that a function's resolver answers for a call; a promise only where it must be waited for, 5 s at most.
 * Throws DYNAMIC_NODE_RESOLUTION_FAILED.
 */
export function resolveNodes(
  call: Call,
  reference: CallbackReference,
  options: CallbackOptions,
): readonly string[] | Promise<readonly string[]> {
  const resolver = call.provided.resolvers.get(reference.name);
  if (resolver === undefined) throw failed(reference, "not_registered", "is not registered");
  const view = callView(call);
  const local = () => resolver(view, ...reference.fixed);
  const outcome = askCallback({ call, view, reference, local, limitMs }, options);
  const names = (outcome: CallbackOutcome) => namesOf(outcome, call, reference, options);
  return outcome instanceof Promise ? outcome.then(names) : names(outcome);
}

function namesOf(
  outcome: CallbackOutcome,
  call: Call,
  reference: CallbackReference,
  { clock }: CallbackOptions,
): readonly string[] {
  switch (outcome.kind) {
    case "answered":
      if (isNames(outcome.value)) return outcome.value as readonly string[];
      throw failed(reference, "invalid_return_type", "did not answer a list of names");
    case "threw":
      throw failed(reference, "exception", "failed", outcome.error);
    case "timed_out":
      if (outcome.isDeadline) throw timedOut(call, clock.now());
      throw failed(reference, "exception", `did not answer within ${limitMs}ms`);
  }
}

function failed({ name }: CallbackReference, cause: string, what: string, error?: unknown): WeftError {
  return new WeftError(Code.Unavailable, `node resolver "${name}" ${what}`, {
    reason: Reason.DynamicNodeResolutionFailed,
    metadata: { resolver: name, cause },
    retryAfterMs: 1_000,
    cause: error,
  });
}

const references = new WeakMap<FunctionVariant, CallbackReference>();

/** The resolver that the call's function declares. */
export function resolverOf(call: Call): CallbackReference | undefined {
  const { variant } = targetOf(call);
  const { nodeResolver, nodeResolverArguments } = variant.config;
  if (nodeResolver === undefined) return undefined;
  let reference = references.get(variant);
  if (reference === undefined) {
    reference = callbackReference(nodeResolver, nodeResolverArguments);
    references.set(variant, reference);
  }
  return reference;
}
