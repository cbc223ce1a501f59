import { type FunctionDefinition, fn, type Permission } from "@weft/service";
import type { Raw } from "../actions/field.js";
import { streamActions } from "../actions/registry.js";
import type { StreamAction } from "../actions/stream-action.js";
import type { CacheNamespaces } from "../namespaces/namespaces.js";
import { argumentsOf } from "./arguments.js";
import { reachOf } from "./reach.js";
import { outputSchema } from "./schemas.js";

/** The stream actions of the registry as functions that give items. */
export function streamFunctions(
  namespaces: CacheNamespaces,
  permission: Permission,
): Readonly<Record<string, FunctionDefinition>> {
  const all = Object.values(streamActions) as object as StreamAction[];
  return Object.fromEntries(all.map((action) => [action.name, asFunction(action, namespaces, permission)]));
}

function asFunction(action: StreamAction, namespaces: CacheNamespaces, permission: Permission): FunctionDefinition {
  const { summary, complexity, idempotent, examples } = action;
  return fn.stream({
    summary,
    description: `${summary}. Where nodes have entries of their own, those of one node. Cost: ${complexity}.`,
    args: argumentsOf(action),
    openArguments: true, // as those of the other functions
    permission,
    idempotent,
    examples: examples.map(({ title, input, output }) => ({ name: title, args: input, result: output })),
    resultSchema: outputSchema(action) as Record<string, unknown>,
    async *handler(input: Raw, context) {
      const messages = action.open(reachOf(input, context, namespaces), input, context.signal);
      for await (const message of messages) yield action.reply(message);
    },
  });
}
