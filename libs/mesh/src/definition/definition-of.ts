import { decodeListValue, decodeStruct, decodeValue, resultLimits } from "@weft/contracts";
import {
  type Argument,
  ArgumentOrder,
  type Example,
  type FunctionConfig,
  type NodeChoice,
  type Permission,
} from "@weft/contracts/function";
import type { DefinitionField, LooseDefinition } from "./definition.js";

/**
 * The definition that a wire form means, so that both are judged by the same rules. What the wire allows and no definition
 * says becomes something that breaks a rule.
 */
export function definitionOf(config: FunctionConfig): LooseDefinition {
  const { timeoutMs, retry, resultCache, concurrency } = config;
  return {
    service: config.service,
    function: config.function,
    version: config.version,
    mode: config.mode,
    nodes: nodesOf(config),
    select: config.chooseNode && selectOf(config.chooseNode),
    timeoutMs: timeoutMs === -1 ? Number.POSITIVE_INFINITY : timeoutMs,
    ...argumentsOf(config),
    openArguments: config.openArguments,
    preset: listOf(config.presetArguments),
    permission: config.permission && permissionOf(config.permission),
    permit: namedOr("callback", config.permissionCallback, config.permissionCallbackArguments),
    requestInfo: config.requestInfo,
    disabled: config.disabled,
    retry: retry && { [retry.mode]: retry.times },
    before: namedOr("hook", config.beforeExecute, config.beforeExecuteArguments),
    after: namedOr("hook", config.afterExecute, config.afterExecuteArguments),
    hookTimeoutMs: config.hookTimeoutMs,
    idempotent: config.idempotent,
    stream: config.stream && { ...config.stream, overflow: config.stream.overflow || undefined },
    resultCache: resultCache && {
      key: resultCache.keyArguments,
      ttlMs: resultCache.ttlMs,
      staleMs: resultCache.staleMs,
    },
    rateLimits: config.rateLimits.map(({ key, maxRequests, windowMs }) => ({ key, max: maxRequests, windowMs })),
    concurrency: concurrency && { max: concurrency.maxRunning, queue: concurrency.maxQueued },
    summary: config.summary,
    description: config.description,
    tags: config.tags,
    examples: config.examples.map(exampleOf),
    resultSchema: schemaOf(config.resultSchema),
  } satisfies Partial<Record<DefinitionField, unknown>>;
}

function nodesOf({ nodes, nodeResolver, nodeResolverArguments }: FunctionConfig): unknown {
  const resolver = referenceTo("resolver", nodeResolver, nodeResolverArguments);
  if (nodes.length === 0) return resolver;
  if (resolver !== undefined) return { ...resolver, nodes }; // both at once mean nothing
  return nodes.length === 1 && nodes[0] === "local" ? "local" : nodes;
}

function selectOf({ mode, key }: NodeChoice): unknown {
  if (mode === "registered") return { selector: key };
  return (mode === "hash" || mode === "sticky") && key !== "" ? { [mode]: key } : mode;
}

function argumentsOf(config: FunctionConfig): LooseDefinition {
  const names = config.arguments.map(({ name }) => name);
  const args = Object.fromEntries(config.arguments.map((argument) => [argument.name, specOf(argument)]));
  // An object cannot say that a name stands twice, an order can.
  if (new Set(names).size < names.length) return { args, argOrder: names };
  switch (config.argumentOrder) {
    case ArgumentOrder.ARGUMENT_ORDER_UNSPECIFIED:
      return { args };
    case ArgumentOrder.ARGUMENT_ORDER_MAP:
      return { args, argOrder: "map" };
    case ArgumentOrder.ARGUMENT_ORDER_LIST:
      return { args, argOrder: names };
    default:
      return { args, argOrder: config.argumentOrder };
  }
}

function specOf({ defaultValue, maxBytes, maxItems, maxItemBytes, ...argument }: Argument): unknown {
  const { type, allowNil, required, accept, description } = argument;
  const given = defaultValue.length === 0 ? undefined : readable(() => decodeValue(defaultValue));
  return { type, allowNil, default: given, maxBytes, maxItems, maxItemBytes, required, accept, description };
}

/** Permissions that nobody has are all the same. */
function permissionOf({ rule }: Permission): unknown {
  const nobody = { role: [] };
  switch (rule?.$case) {
    case undefined:
      return nobody;
    case "public":
      return rule.value ? "public" : nobody;
    case "anyAuthenticated":
      return rule.value ? "any_authenticated" : nobody;
    case "arg":
      return { arg: rule.value };
    case "roles":
      return { role: rule.value.anyOf };
  }
}

function referenceTo(kind: string, name: string | undefined, fixed: Buffer): object | undefined {
  return name === undefined ? undefined : { [kind]: name, fixed: listOf(fixed) };
}

/** A name alone where nothing is fixed. */
function namedOr(kind: string, name: string | undefined, fixed: Buffer): unknown {
  return fixed.length === 0 ? name : referenceTo(kind, name, fixed);
}

function exampleOf({ name, arguments: args, result }: Example): unknown {
  return {
    name,
    args: readable(() => decodeStruct(args)),
    result: result.length === 0 ? undefined : readable(() => decodeValue(result, resultLimits)),
  };
}

function schemaOf(json: string): unknown {
  return json === "" ? undefined : readable(() => JSON.parse(json));
}

function listOf(bytes: Buffer): unknown {
  return readable(() => decodeListValue(bytes));
}

/** What was read, or the error that came of it, which is no plain data and breaks the rule of its field. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
