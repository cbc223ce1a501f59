import type { Store } from "../store/store.js";
import type { Field } from "./field.js";

/** What an action is, said once: both doors of the service, its checks and its documentation follow from it. */
export interface ActionDefinition<Input extends object, Outcome> {
  readonly name: string;
  readonly summary: string;
  /** Whether a caller that lost the answer may simply ask again. */
  readonly idempotent: boolean;
  /** In the order in which they are checked. */
  readonly fields: { readonly [Name in keyof Input]: Field<Input[Name]> };
  /** Does it, with an input that passed the checks. */
  run(store: Store, input: Input): Outcome;
  /** The answer as plain data, by the names of the contract. */
  reply(outcome: Awaited<Outcome>): Record<string, unknown>;
}

export interface Action<Input extends object = object, Outcome = unknown> extends ActionDefinition<Input, Outcome> {
  /** Checks what a caller sent, then does it. Throws INVALID_ARGUMENT before anything has changed. */
  call(store: Store, raw: { readonly [Name in keyof Input]?: unknown }): Outcome;
}

export function defineAction<Input extends object, Outcome>(
  definition: ActionDefinition<Input, Outcome>,
): Action<Input, Outcome> {
  const fields = Object.entries(definition.fields) as [keyof Input, Field<Input[keyof Input]>][];
  return {
    ...definition,
    call(store, raw) {
      const input = {} as Input;
      for (const [name, field] of fields) input[name] = field.read(raw[name], String(name), definition.name);
      return definition.run(store, input);
    },
  };
}
