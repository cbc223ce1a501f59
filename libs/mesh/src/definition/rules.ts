import { functionName, serviceName } from "@weft/contracts";
import { argumentProblems } from "../arguments/problems.js";
import {
  isBoolean,
  isObject,
  isPlainList,
  isPlainObject,
  isString,
  isText,
  listOf,
  orNull,
  type Shape,
  wholeNumber,
} from "../shapes.js";
import type { DefinitionField, LooseDefinition } from "./definition.js";
import {
  isCallback,
  isConcurrency,
  isExample,
  isHook,
  isMode,
  isNodes,
  isPermission,
  isRateLimit,
  isResultCache,
  isRetry,
  isSelect,
  isStream,
  isTimeout,
  isVersion,
  matches,
} from "./field-shapes.js";
import { undeclaredKeys } from "./undeclared-keys.js";
import { unknownFields } from "./unknown-fields.js";

/** One rule: what is wrong with a definition by it. */
type Rule = (definition: LooseDefinition) => readonly string[];

const none: readonly string[] = [];

/** The field, if it is there, has this shape. The text begins with the name that the function rules give the field. */
function must(field: DefinitionField, text: string, holds: Shape, bracket: string = field): Rule {
  const problem = [text.startsWith(`${field} `) ? text : `${text} (${bracket})`];
  return (definition) => (definition[field] === undefined || holds(definition[field]) ? none : problem);
}

function required(field: DefinitionField, text: string, holds: Shape): Rule {
  const rule = must(field, text, holds);
  return (definition) => rule(definition[field] === undefined ? { [field]: null } : definition);
}

/** The rules in the order in which problems are told: section 2 of the function rules, then what Weft adds. */
const rules: readonly Rule[] = [
  required("function", "request_type must be a non-empty string", isText),
  must("function", `request_type must match ${functionName.source}`, matches(functionName)),
  required("service", "service must be a non-empty string", isText),
  must("service", `service must match ${serviceName.source}`, matches(serviceName)),
  must("nodes", "nodes must be a non-empty list of names, a resolver, or local", isNodes),
  must(
    "select",
    "choose_node_mode must be random, hash, {hash: key}, round_robin, or {sticky: key}",
    isSelect,
    "select: also sticky, least_request, weighted, or {selector: name}",
  ),
  must("timeoutMs", "timeout must be an integer between 100 and 300000, or infinity", isTimeout),
  // Off the wire there is none; where code declares a function the key is there, whatever it holds.
  (definition) =>
    "handler" in definition && typeof definition.handler !== "function"
      ? ["handler must be a valid function reference"]
      : none,
  must("preset", "predefined_args must be a list of plain data", isPlainList),
  argumentProblems,
  must("openArguments", "open_arguments must be a boolean", isBoolean),
  must("mode", "response_type must be sync, async, stream, or none", isMode),
  must(
    "permission",
    "check_permission must be false, any_authenticated, {arg: name}, or {role: roles}",
    isPermission,
    "permission: public for false",
  ),
  must("permit", "permission_callback must be null or a valid function reference", orNull(isCallback)),
  must("requestInfo", "request_info must be a boolean", isBoolean),
  must("version", "version must be null or a version string", orNull(isVersion)),
  must("disabled", "disabled must be a boolean", isBoolean),
  must("retry", "retry must be null, a number of at least 1, {same_node: n}, or {all_nodes: n}", orNull(isRetry)),
  must("before", "before_execute must be null or a valid function reference", orNull(isHook)),
  must("after", "after_execute must be null or a valid function reference", orNull(isHook)),
  must("hookTimeoutMs", "hook_timeout must be a positive integer", wholeNumber(1)),
  must("idempotent", "idempotent must be a boolean", isBoolean),
  must(
    "stream",
    "stream must hold firstItemMs or totalMs of at least 1, idleMs of at least 0, overflow block, drop_oldest or close, or resumable",
    isStream,
  ),
  (definition) =>
    definition.stream !== undefined && definition.mode !== "stream" ? ["stream is for functions of mode stream"] : none,
  must(
    "resultCache",
    "result_cache must hold ttlMs of at least 1, and may hold key, a list of arguments, and staleMs of at least 0",
    isResultCache,
  ),
  must(
    "rateLimits",
    "rate_limits must be a list of limits: key, a non-empty string, max of 1 to 1000000, and windowMs of at least 1",
    listOf(isRateLimit),
  ),
  undeclaredKeys,
  must("concurrency", "concurrency must hold max of at least 1, and may hold queue of at least 0", isConcurrency),
  must("summary", "summary must be a string", isString),
  must("description", "description must be a string", isString),
  must("tags", "tags must be a list of non-empty strings", listOf(isText)),
  must("examples", "examples must be a list of {name, args, result} of plain data", listOf(isExample)),
  must("resultSchema", "result_schema must be a JSON Schema, an object of plain data", isPlainObject),
  unknownFields,
];

/**
 * Everything that is wrong with a definition, in the order of the rules; empty if it can be registered. It may be anything,
 * since JavaScript declares functions too. `handler` counts as missing only if its key is there.
 */
export function definitionProblems(definition: unknown): readonly string[] {
  if (!isObject(definition)) return ["a definition must be an object"];
  return rules.flatMap((rule) => rule(definition));
}
