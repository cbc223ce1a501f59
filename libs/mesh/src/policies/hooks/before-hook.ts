import { decodeJsonObject, encodeJson, type PlainObject } from "@weft/contracts";
import { WeftError } from "@weft/core";
import { cont, type Plugin } from "@weft/plugin-chain";
import { type Call, targetOf } from "../../call.js";
import { explainStep } from "../../explanation.js";
import type { Pipeline } from "../../pipeline.js";
import { permit } from "../authorize.js";
import type { CallbackOptions, Question } from "../callbacks/ask-callback.js";
import { callView } from "../callbacks/call-view.js";
import type { CallbackReference } from "../callbacks/reference.js";
import { tellAfterHook } from "./after-hook.js";
import { declaredHooks } from "./declared-hooks.js";
import { failureOf, rejected, runHook } from "./run-hook.js";

/**
 * Shows a call to the hook that its function declares, before the arguments are checked. The hook may give other arguments,
 * which the permission is asked about again, or refuse the call.
 */
export function beforeHook(options: CallbackOptions): Plugin<Pipeline> {
  return {
    name: "before-hook",
    after: ["authorize"],
    before: ["validate"],
    callbacks: {
      admit(call) {
        const { variant } = targetOf(call);
        return variant.config.beforeExecute === undefined ? cont : admitHooked(call, options);
      },
      explain: (next) => (call) => {
        const { beforeExecute, hookTimeoutMs = 5_000 } = targetOf(call).variant.config;
        if (beforeExecute === undefined) return next(call);
        return explainStep(() => ({
          phase: "before-hook",
          rule: `the hook "${beforeExecute}" may change or refuse a call, within ${hookTimeoutMs} ms`,
          reason: "it decides when the call comes",
        }))(next)(call);
      },
    },
  };
}

async function admitHooked(call: Call, options: CallbackOptions): Promise<typeof cont> {
  const { before, limitMs } = declaredHooks(targetOf(call).variant);
  const args = await argumentsFrom(before as CallbackReference, call, limitMs, options);
  if (args === undefined) return cont;
  call.args = args;
  call.argsVerbatim = false;
  call.chosen = undefined; // the node may follow from the arguments
  await permit(call, options);
  return cont;
}

/** The arguments that the hook wants; undefined: those that are there. A refusal is shown to the after hook too. */
async function argumentsFrom(
  reference: CallbackReference,
  call: Call,
  limitMs: number,
  options: CallbackOptions,
): Promise<PlainObject | undefined> {
  const view = callView(call);
  const hook = call.provided.beforeHooks.get(reference.name);
  const local = hook && (() => hook(view, ...reference.fixed));
  const question: Question = { call, view, reference, local, limitMs };
  const outcome = await runHook("before", question, options);
  try {
    if (outcome.kind === "answered") return wanted(outcome.value);
    throw failureOf(outcome, question, options);
  } catch (error) {
    const isUnary = targetOf(call).variant.shape === "unary";
    if (isUnary && error instanceof WeftError) await tellAfterHook(call, error, options);
    throw error;
  }
}

/** What an answer means: `{error}` refuses, `{args}` goes on with those, anything else changes nothing. */
function wanted(answer: unknown): PlainObject | undefined {
  if (!isObject(answer)) return undefined;
  const { error, args } = answer;
  if (error !== undefined && error !== null)
    throw rejected(`hook rejected: ${typeof error === "string" ? error : encodeJson(error)}`);
  return isObject(args) ? plain(args) : undefined;
}

/** As if they had arrived so. */
function plain(args: object): PlainObject {
  try {
    return decodeJsonObject(encodeJson(args)).value;
  } catch (error) {
    throw rejected("hook rejected: the hook failed", error);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
