import { type FunctionDefinition, fn, type HandlerContext, type Permission, WrittenResult } from "@weft/service";
import type { Action } from "../actions/action.js";
import type { Caller } from "../actions/caller.js";
import type { Raw } from "../actions/field.js";
import { actions } from "../actions/registry.js";
import { asBytes } from "../actions/written.js";
import type { Namespaces } from "../namespaces/namespaces.js";
import type { OtherNodes } from "../other-nodes.js";
import type { Reply } from "../several-nodes/across.js";
import { askNodes } from "../several-nodes/ask-nodes.js";
import { type Awaitable, whenReady } from "../store/awaitable.js";
import { argumentsOf } from "./arguments.js";
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
  namespaces: Namespaces,
  options: CacheFunctionsOptions,
): Readonly<Record<string, FunctionDefinition>> {
  const all: readonly Action[] = Object.values(actions);
  const unary = all.map((action) => [action.name, asFunction(action, namespaces, options)]);
  return { ...Object.fromEntries(unary), ...streamFunctions(namespaces, options.permission) };
}

function asFunction(action: Action, namespaces: Namespaces, options: CacheFunctionsOptions): FunctionDefinition {
  const { summary, complexity, idempotent, fields, examples } = action;
  const { permission, isShared = false } = options;
  const here: Here<Reply> = (input, caller) =>
    whenReady(action.call(namespaces, input, caller), (outcome) => action.reply(outcome));
  const written: Here<Reply | WrittenResult> = (input, caller) =>
    whenReady(action.call(namespaces, input, caller), (outcome) => {
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
    handler: overNodes(action, { here, written }, options),
  });
}

type Here<Answer> = (input: Raw, caller?: Caller) => Awaitable<Answer>;

/** What a function does where other nodes have entries too. What is about one key has come to its node already. */
function overNodes(
  { name, batch, across }: Action,
  { here, written }: { readonly here: Here<Reply>; readonly written: Here<Reply | WrittenResult> },
  { isShared = false, others }: CacheFunctionsOptions,
): (input: Raw, context: HandlerContext) => Awaitable<Reply | WrittenResult> {
  if (isShared || others === undefined) return written;
  const hasAll = () => others.ids.length === 0;
  if (batch !== undefined)
    return (input, context) => (hasAll() || input.this_node === true ? written(input) : spread(batch, input, context));
  if (across === undefined) return written;
  return (input, { call }) =>
    hasAll() || input.this_node === true ? here(input) : across(input, askNodes({ name, here, others, call }));
}
