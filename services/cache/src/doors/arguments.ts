import type { FunctionDefinition } from "@weft/service";
import type { Action } from "../actions/action.js";

// Size limits of requests apply, none of the arguments' own.
const maxBytes = 64_000_000;

/** What a function declares of the fields of its action. */
export function argumentsOf({ fields }: Pick<Action, "fields">): NonNullable<FunctionDefinition["args"]> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { type, schema }]) => {
      return [name, { type, description: schema.description ?? "", maxBytes }];
    }),
  );
}
