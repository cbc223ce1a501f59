import type { DescribeRequest, DescribeResponse } from "@weft/contracts/cache";
import { Code, Reason, WeftError } from "@weft/core";
import { stringify } from "yaml";
import type { Action } from "../actions/action.js";
import { quoted } from "../actions/refusal.js";
import { actions } from "../actions/registry.js";
import { inputSchema, outputSchema } from "./schemas.js";

/** What one action takes and answers, or all of them, as YAML. */
export function describeActions({ action: name }: DescribeRequest): DescribeResponse {
  const all: Readonly<Record<string, Action>> = actions as object as Record<string, Action>;
  const described = name === "" ? Object.values(all).map(manifestOf) : manifestOf(actionNamed(name, all));
  return { manifest: stringify(described, { aliasDuplicateObjects: false }) };
}

function actionNamed(name: string, all: Readonly<Record<string, Action>>): Action {
  const action = Object.hasOwn(all, name) ? all[name] : undefined;
  if (action !== undefined) return action;
  throw new WeftError(Code.NotFound, `no action ${quoted(name)}`, { reason: Reason.ActionNotFound });
}

function manifestOf(action: Action): object {
  const { name, summary, idempotent, complexity, errors, examples } = action;
  return {
    name,
    description: summary,
    idempotent,
    complexity,
    input: inputSchema(action),
    output: outputSchema(action),
    errors,
    examples,
  };
}
