import type { DescribeRequest, DescribeResponse } from "@weft/contracts/cache";
import { Code, Reason, WeftError } from "@weft/core";
import { stringify } from "yaml";
import type { Action } from "../actions/action.js";
import { quoted } from "../actions/refusal.js";
import { actions, streamActions } from "../actions/registry.js";
import type { StreamAction } from "../actions/stream-action.js";
import { inputSchema, outputSchema } from "./schemas.js";

type Described = Action | StreamAction;

const all = { ...actions, ...streamActions } as object as Readonly<Record<string, Described>>;

/** What one action takes and answers, or all of them, as YAML. */
export function describeActions({ action: name }: DescribeRequest): DescribeResponse {
  const described = name === "" ? Object.values(all).map(manifestOf) : manifestOf(actionNamed(name));
  return { manifest: stringify(described, { aliasDuplicateObjects: false }) };
}

function actionNamed(name: string): Described {
  const action = Object.hasOwn(all, name) ? all[name] : undefined;
  if (action !== undefined) return action;
  throw new WeftError(Code.NotFound, `no action ${quoted(name)}`, { reason: Reason.ActionNotFound });
}

function manifestOf(action: Described): object {
  const { name, summary, idempotent, complexity, errors, examples } = action;
  return {
    name,
    description: summary,
    ...("open" in action && { stream: true }), // output is that of each message
    idempotent,
    complexity,
    input: inputSchema(action),
    output: outputSchema(action),
    errors,
    examples,
  };
}
