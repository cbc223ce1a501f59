import type { Action } from "../actions/action.js";
import type { Schema } from "../actions/schema.js";

/** What an action takes, as JSON Schema. Unknown fields are ignored. */
export function inputSchema({ fields }: Pick<Action, "fields">): Schema {
  const all = Object.entries(fields);
  const required = all.filter(([, field]) => field.isNeeded).map(([name]) => name);
  return {
    type: "object",
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(all.map(([name, { schema }]) => [name, schema])),
  };
}

/** What it answers. Of its fields some stand only in answers that need them. */
export function outputSchema({ output }: Pick<Action, "output">): Schema {
  return { type: "object", properties: output };
}
