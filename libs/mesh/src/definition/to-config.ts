import { encodeJson, encodeListValue, functionHash } from "@weft/contracts";
import { ArgumentOrder, type FunctionConfig } from "@weft/contracts/function";
import { toArgument } from "../arguments/spec.js";
import type { Definition, Fixed } from "./definition.js";
import {
  concurrency,
  example,
  nodeChoice,
  permission,
  rateLimit,
  resultCachePolicy,
  retry,
  streamPolicy,
} from "./to-messages.js";

/** The wire form of a definition, which must be free of problems. */
export function toConfig(definition: Definition): FunctionConfig {
  const { nodes, timeoutMs, preset, resultSchema } = definition;
  const resolver = typeof nodes === "object" && "resolver" in nodes ? nodes : undefined;
  const permit = given(definition.permit);
  const before = given(definition.before);
  const after = given(definition.after);
  const config: FunctionConfig = {
    service: definition.service,
    function: definition.function,
    version: given(definition.version),
    mode: definition.mode ?? "sync",
    nodes: nodes === "local" ? ["local"] : Array.isArray(nodes) ? [...nodes] : [],
    nodeResolver: resolver?.resolver,
    nodeResolverArguments: listValue(resolver?.fixed),
    chooseNode: nodeChoice(definition.select ?? "random"),
    timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? -1 : timeoutMs,
    ...declaredArguments(definition),
    openArguments: definition.openArguments ?? false,
    presetArguments: listValue(preset),
    permission: permission(definition.permission ?? "any_authenticated"),
    permissionCallback: typeof permit === "object" ? permit.callback : permit,
    permissionCallbackArguments: listValue(typeof permit === "object" ? permit.fixed : undefined),
    requestInfo: definition.requestInfo ?? false,
    disabled: definition.disabled ?? false,
    retry: mapped(given(definition.retry), retry),
    beforeExecute: typeof before === "object" ? before.hook : before,
    beforeExecuteArguments: listValue(typeof before === "object" ? before.fixed : undefined),
    afterExecute: typeof after === "object" ? after.hook : after,
    afterExecuteArguments: listValue(typeof after === "object" ? after.fixed : undefined),
    hookTimeoutMs: definition.hookTimeoutMs,
    idempotent: definition.idempotent ?? false,
    stream: mapped(definition.stream, streamPolicy),
    resultCache: mapped(definition.resultCache, resultCachePolicy),
    rateLimits: (definition.rateLimits ?? []).map(rateLimit),
    concurrency: mapped(definition.concurrency, concurrency),
    summary: definition.summary ?? "",
    description: definition.description ?? "",
    tags: [...(definition.tags ?? [])],
    examples: (definition.examples ?? []).map(example),
    resultSchema: resultSchema === undefined ? "" : encodeJson(resultSchema).toString(),
    hash: "",
  };
  return { ...config, hash: functionHash(config) };
}

/** The declarations in the order in which the handler gets them. */
function declaredArguments({ args, argOrder }: Definition): Pick<FunctionConfig, "arguments" | "argumentOrder"> {
  const declared = Object.entries(args ?? {}).map(([name, spec]) => toArgument(name, spec));
  if (!Array.isArray(argOrder))
    return { arguments: declared, argumentOrder: orders[argOrder === "map" ? "map" : "unsaid"] };
  const order: readonly string[] = argOrder;
  const sorted = declared.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return { arguments: sorted, argumentOrder: orders.list };
}

const orders = {
  unsaid: ArgumentOrder.ARGUMENT_ORDER_UNSPECIFIED,
  map: ArgumentOrder.ARGUMENT_ORDER_MAP,
  list: ArgumentOrder.ARGUMENT_ORDER_LIST,
};

/** JavaScript may say null where there is nothing. */
function given<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}

function mapped<Value, Message>(value: Value | undefined, message: (value: Value) => Message): Message | undefined {
  return value === undefined ? undefined : message(value);
}

function listValue(list: Fixed | undefined): Buffer {
  return encodeListValue(list ?? []);
}
