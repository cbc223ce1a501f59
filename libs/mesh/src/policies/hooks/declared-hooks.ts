import type { FunctionVariant } from "../../catalogue/target.js";
import { type CallbackReference, callbackReference } from "../callbacks/reference.js";

const defaultLimitMs = 5_000;

/** The hooks of a function, ready to be asked. */
export interface DeclaredHooks {
  readonly before: CallbackReference | undefined;
  readonly after: CallbackReference | undefined;
  /** Of each of them. */
  readonly limitMs: number;
}

const prepared = new WeakMap<FunctionVariant, DeclaredHooks>();

/** Prepared on the first call of a function. Throws INVALID_PAYLOAD if their fixed arguments are malformed. */
export function declaredHooks(variant: FunctionVariant): DeclaredHooks {
  const known = prepared.get(variant);
  if (known !== undefined) return known;
  const { beforeExecute, beforeExecuteArguments, afterExecute, afterExecuteArguments, hookTimeoutMs } = variant.config;
  const hooks = {
    before: beforeExecute === undefined ? undefined : callbackReference(beforeExecute, beforeExecuteArguments),
    after: afterExecute === undefined ? undefined : callbackReference(afterExecute, afterExecuteArguments),
    limitMs: hookTimeoutMs ?? defaultLimitMs,
  };
  prepared.set(variant, hooks);
  return hooks;
}
