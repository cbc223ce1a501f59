import type { FunctionConfig } from "@weft/contracts/function";
import { argumentProblems, compileArguments } from "../arguments/compile.js";
import { compilePermission } from "../policies/permission.js";
import { createSelector, type SelectorOptions, unknownSelector } from "../selection/create-selector.js";
import type { FunctionVariant } from "./target.js";

/** What is wrong with a definition, all at once. */
export interface Rejected {
  readonly problems: readonly string[];
}

const modes = ["sync", "stream"];
const functionName = /^[A-Za-z][A-Za-z0-9_.-]{0,127}$/;

/** Prepares a definition for its calls, or says everything that is wrong with it. */
export function compileVariant(config: FunctionConfig, options: SelectorOptions): FunctionVariant | Rejected {
  const problems: string[] = [];
  if (!functionName.test(config.function)) problems.push("request_type must be a non-empty string");
  if (config.service === "") problems.push("service must be a non-empty string");
  const selector = createSelector(config.chooseNode, options);
  if (selector === undefined) problems.push(unknownSelector);
  if (!isTimeout(config.timeoutMs)) problems.push("timeout must be an integer between 100 and 300000, or infinity");
  problems.push(...argumentProblems(config));
  if (!modes.includes(config.mode)) problems.push(`response_type must be one of ${modes.join(", ")}`);
  if (config.version === "" || config.version === "0.0.0") problems.push("version must be null or a version string");

  if (problems.length > 0 || selector === undefined) return { problems };
  return {
    config,
    shape: config.mode === "stream" ? "stream" : "unary",
    timeoutMs: config.timeoutMs === -1 ? Number.POSITIVE_INFINITY : config.timeoutMs,
    arguments: compileArguments(config),
    permits: compilePermission(config),
    selector,
  };
}

function isTimeout(ms: number | undefined): boolean {
  return ms === undefined || ms === -1 || (Number.isInteger(ms) && ms >= 100 && ms <= 300_000);
}
