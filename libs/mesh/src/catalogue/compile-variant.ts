import type { FunctionConfig } from "@weft/contracts/function";
import { compileArguments } from "../arguments/compile.js";
import { definitionOf } from "../definition/definition-of.js";
import { definitionProblems } from "../definition/rules.js";
import { compilePermission } from "../policies/permission.js";
import { createSelector, type SelectorOptions } from "../selection/create-selector.js";
import type { FunctionVariant } from "./target.js";

/** What is wrong with a definition, all at once. */
export interface Rejected {
  readonly problems: readonly string[];
}

/** Prepares a definition for its calls, or says everything that is wrong with it. */
export function compileVariant(config: FunctionConfig, options: SelectorOptions): FunctionVariant | Rejected {
  const problems = definitionProblems(definitionOf(config));
  const selector = problems.length === 0 ? createSelector(config.chooseNode, options) : undefined;
  if (selector === undefined) return { problems };
  return {
    config,
    shape: config.mode === "stream" ? "stream" : "unary",
    timeoutMs: config.timeoutMs === -1 ? Number.POSITIVE_INFINITY : config.timeoutMs,
    arguments: compileArguments(config),
    permits: compilePermission(config),
    selector,
  };
}
