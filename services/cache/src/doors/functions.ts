import { type FunctionDefinition, fn, type HandlerContext, type Permission, WrittenResult } from "@weft/service";
import type { Action } from "../actions/action.js";
import { namespaceOf, type Raw } from "../actions/field.js";
import { actions } from "../actions/registry.js";
import { asBytes } from "../actions/written.js";
import type { CacheNamespaces } from "../namespaces/namespaces.js";
import type { OtherNodes } from "../other-nodes.js";
import type { Reply } from "../several-nodes/across.js";
import { askNodes } from "../several-nodes/ask-nodes.js";
import { type Awaitable, whenReady } from "../store/awaitable.js";
import { argumentsOf } from "./arguments.js";
import { reachOf } from "./reach.js";
import { outputSchema } from "./schemas.js";
import { spread } from "./spread.js";
import { streamFunctions } from "./stream-functions.js";

export interface CacheFunctionsOptions {
  readonly permission: Permission;
  /** Whether all nodes of the cache have the same entries, so that any will do. Defaults to no. */
  readonly isShared?: boolean;
  /**
   * The other nodes, if there are some with entries of their own: batches go on to the nodes that have the keys, and what is
   * about all entries to all of them. Defaults to none.
   */
  readonly others?: OtherNodes;
}

/** The actions of the registry as functions of a service, so that any gateway offers them. */
export function cacheFunctions(
  namespaces: CacheNamespaces,
  options: CacheFunctionsOptions,
): Readonly<Record<string, FunctionDefinition>> {
  const all: readonly Action[] = Object.values(actions);
  const unary = all.map((action) => [action.name, asFunction(action, namespaces, options)]);
  return { ...Object.fromEntries(unary), ...streamFunctions(namespaces, options.permission) };
}

function asFunction(action: Action, namespaces: CacheNamespaces, options: CacheFunctionsOptions): FunctionDefinition {
  const { summary, complexity, idempotent, fields, examples } = action;
  const { permission, isShared = false } = options;
  const run: Here<unknown> = (input, context) => action.call(reachOf(input, context, namespaces), input, context);
  const here: Here<Reply> = (input, context) => whenReady(run(input, context), (outcome) => action.reply(outcome));
  const written: Here<Reply | WrittenResult> = (input, context) =>
    whenReady(run(input, context), (outcome) => {
      const json = action.write?.(outcome);
      return json === undefined ? action.reply(outcome) : new WrittenResult(asBytes(json));
    });
  return fn({
    summary,
    description: `${summary}. Cost: ${complexity}.`,
    args: argumentsOf(action),
    openArguments: true, // what is missing or null has the cache's own texts
    permission,
    select: "key" in fields && !isShared ? { hash: "key" } : "random", // else each node has entries of its own
    idempotent,
    examples: examples.map(({ title, input, output }) => ({ name: title, args: input, result: output })),
    resultSchema: outputSchema(action) as Record<string, unknown>,
    handler: overNodes(action, { here, written, namespaces }, options),
  });
}

type Here<Answer> = (input: Raw, context: HandlerContext) => Awaitable<Answer>;

interface ThisNode {
  readonly here: Here<Reply>;
  readonly written: Here<Reply | WrittenResult>;
  readonly namespaces: CacheNamespaces;
}

/** What a function does where other nodes have entries too. What is about one key has come to its node already. */
function overNodes(
  { name, batch, across }: Action,
  { here, written, namespaces }: ThisNode,
  { isShared = false, others }: CacheFunctionsOptions,
): Here<Reply | WrittenResult> {
  if (isShared || others === undefined) return written;
  const hasAll = () => others.ids.length === 0;
  if (batch !== undefined)
    return (input, context) => {
      if (hasAll() || input.this_node === true) return written(input, context);
      // Refused as one node would, not item by item.
      namespaceOf(input, reachOf(input, context, namespaces), namespaces.main);
      return spread(batch, input, context);
    };
  if (across === undefined) return written;
  return (input, context) => {
    if (hasAll() || input.this_node === true) return here(input, context);
    const own = (part: Raw) => here(part, context);
    return across(input, askNodes({ name, here: own, others, call: context.call }));
  };
}
