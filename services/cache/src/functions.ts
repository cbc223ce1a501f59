import { type FunctionDefinition, fn, type Permission } from "@weft/service";
import type { Action } from "./actions/action.js";
import { actions } from "./actions/registry.js";
import type { Store } from "./store/store.js";

/** The actions of the registry as functions of a service, so that any gateway offers them. */
export function cacheFunctions(store: Store, permission: Permission): Readonly<Record<string, FunctionDefinition>> {
  return Object.fromEntries(
    Object.values(actions).map((action: Action) => [action.name, asFunction(action, store, permission)]),
  );
}

// Size limits of requests apply, none of the arguments' own.
const maxBytes = 64_000_000;

function asFunction(action: Action, store: Store, permission: Permission): FunctionDefinition {
  const { summary, idempotent, fields } = action;
  const args = Object.entries(fields).map(([field, { type, description }]) => [field, { type, description, maxBytes }]);
  return fn({
    summary,
    args: Object.fromEntries(args),
    openArguments: true, // what is missing or null has the cache's own texts
    permission,
    select: "key" in fields ? { hash: "key" } : "random", // each node of a cache has entries of its own
    idempotent,
    handler: async (args) => action.reply(await action.call(store, withContent(args))),
  });
}

/** A value is the one input with several forms; here it is data. */
function withContent(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return args.value === undefined ? args : { ...args, value: { $case: "data", value: args.value } };
}
