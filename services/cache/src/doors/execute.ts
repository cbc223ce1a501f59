import { decodeJson, decodeValue, encodeJson, encodeStruct } from "@weft/contracts";
import type { ExecuteRequest, ExecuteResponse } from "@weft/contracts/cache";
import type { Action } from "../actions/action.js";
import type { Caller } from "../actions/caller.js";
import type { Raw } from "../actions/field.js";
import { invalidInput, quoted } from "../actions/refusal.js";
import { actions, firstActions } from "../actions/registry.js";
import type { Namespaces } from "../namespaces/namespaces.js";
import { type Awaitable, whenReady } from "../store/awaitable.js";

const known = new Map<string, Action>(Object.entries(actions));

/** Does the action that an input names, and answers its reply in the form of the input. */
export function executeAction(
  namespaces: Namespaces,
  { input }: ExecuteRequest,
  caller?: Caller,
): Awaitable<ExecuteResponse> {
  if (input === undefined) throw invalidInput("input", "Missing input for cache module");
  const raw = objectIn(input.$case === "json" ? decodeJson(input.value).value : decodeValue(input.value));
  const action = actionIn(raw);
  return whenReady(action.call(namespaces, raw, caller), (outcome) => {
    const reply = action.reply(outcome);
    return input.$case === "json"
      ? { output: { $case: "json", value: encodeJson(reply) } }
      : { output: { $case: "value", value: encodeStruct(reply) } };
  });
}

function objectIn(input: unknown): Raw {
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input as Raw;
  throw invalidInput("input", "Cache input must be an object");
}

function actionIn({ action: named }: Raw): Action {
  if (named === undefined) throw invalidInput("action", "Missing required 'action' field in cache input");
  const action = typeof named === "string" ? known.get(named) : undefined;
  if (action !== undefined) return action;
  const names = Object.keys(firstActions).join(", ");
  throw invalidInput("action", `Invalid action ${quoted(textOf(named))}. Must be one of: ${names}`);
}

function textOf(named: unknown): string {
  return typeof named === "object" && named !== null ? encodeJson(named).toString() : String(named);
}
