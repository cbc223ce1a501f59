import type { Namespace, Namespaces } from "../namespaces/namespaces.js";
import type { Across } from "../several-nodes/across.js";
import { type Caller, patientCaller } from "./caller.js";
import { type ActionError, commonErrors } from "./errors.js";
import { type Field, namespaceField, namespaceOf, type Raw, thisNodeField } from "./field.js";
import type { Schema } from "./schema.js";

/** A call and what it answers on an empty cache, which a test tries at every door. */
export interface Example {
  readonly title: string;
  /** What is called before, by action and input. */
  readonly given?: readonly (readonly [action: string, input: Raw])[];
  readonly input: Raw;
  readonly output: Readonly<Record<string, unknown>>;
}

/** What an action is, said once: all doors of the service, its checks and its documentation follow from it. */
export interface ActionDefinition<Input extends object, Outcome> {
  readonly name: string;
  readonly summary: string;
  /** Whether a caller that lost the answer may simply ask again. */
  readonly idempotent: boolean;
  /** What it costs, n being the entries of the namespace. */
  readonly complexity: string;
  /** Needed ones are checked first, all in this order. Any may be named `namespace`, which each action has anyway. */
  readonly fields: { readonly [Name in keyof Input]: Field<Input[Name]> };
  /**
   * Reads the input of most calls, undefined for the others, where 0.1 µs count. It must agree with `fields`, whose checks
   * go over all of them.
   */
  readOften?(raw: Raw): Input | undefined;
  /** The fields of the answer. */
  readonly output: Readonly<Record<string, Schema>>;
  /** Beyond those of every action. */
  readonly errors?: readonly ActionError[];
  readonly examples: readonly Example[];
  /** For an action about all entries: how it is done where several nodes have some of them each. */
  readonly across?: Across;
  /** Does it, with an input that passed the checks. */
  run(namespace: Namespace, input: Input, caller: Caller): Outcome;
  /** The answer as plain data, by the names of the contract. */
  reply(outcome: Awaited<Outcome>): Record<string, unknown>;
  /**
   * The same as JSON, its UTF-8 bytes as Latin-1 text: for actions that have values as JSON already and are called often.
   * Undefined: `reply` has to do.
   */
  write?(outcome: Awaited<Outcome>): string | undefined;
}

export interface Action<Input extends object = object, Outcome = unknown>
  extends Omit<ActionDefinition<Input, Outcome>, "fields" | "errors" | "readOften"> {
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  readonly errors: readonly ActionError[];
  /**
   * Checks what a caller sent, then does it. A value is data, or `Wired`. Throws INVALID_ARGUMENT or
   * NAMESPACE_NOT_FOUND before anything has changed. Without a caller it is done for one who waits for ever.
   */
  call(namespaces: Namespaces, raw: Raw, caller?: Caller): Outcome;
  /** The same as one item of another action in this namespace, unless the item names one. */
  callWithin(namespace: Namespace, raw: Raw): Outcome;
  /** For a batch: what it is made of. */
  readonly batch?: Batch;
}

/** An action that runs another one for each of its items. */
export interface Batch {
  readonly single: Action;
  /** The input of each item. Throws INVALID_ARGUMENT for a batch that is none. */
  itemsOf(raw: Raw): readonly Raw[];
  /** The answer to an input, made of what its items were answered each. */
  reply(raw: Raw, results: readonly Record<string, unknown>[]): Record<string, unknown>;
}

export function defineAction<Input extends object, Outcome>(
  definition: ActionDefinition<Input, Outcome>,
): Action<Input, Outcome> {
  const { name, errors = [], run, readOften, across } = definition;
  const fields = { ...definition.fields, ...(across !== undefined && { this_node: thisNodeField }) };
  const readAll = readerOf<Input>(fields, name);
  const read = readOften === undefined ? readAll : (raw: Raw) => readOften(raw) ?? readAll(raw);
  return {
    ...definition,
    fields: { ...fields, namespace: namespaceField },
    errors: [...commonErrors, ...errors],
    call(namespaces, raw, caller = patientCaller) {
      const input = read(raw);
      const namespace = namespaceOf(raw, namespaces, namespaces.main);
      namespace.calls[name] = (namespace.calls[name] ?? 0) + 1;
      return run(namespace, input, caller);
    },
    callWithin(namespace, raw) {
      const input = read(raw);
      return run(namespaceOf(raw, namespace, namespace), input, patientCaller);
    },
  };
}

/** Prepares the check of inputs: every one gets the same shape, and what is left out costs a look. */
export function readerOf<Input extends object>(
  fields: ActionDefinition<Input, unknown>["fields"],
  action: string,
): (raw: Raw) => Input {
  const all = Object.entries(fields) as [string, Field<unknown>][];
  const inOrder = [...all.filter(([, field]) => field.isNeeded), ...all.filter(([, field]) => !field.isNeeded)];
  const blank = Object.fromEntries(inOrder.map(([name, field]) => [name, field.absent]));
  const names = inOrder.map(([name]) => name);
  const reads = inOrder.map(([, field]) => field);
  const needed = all.filter(([, field]) => field.isNeeded).length;
  // Plain loops over two lists: pairs that are taken apart cost 0.1 µs for each call.
  return (raw) => {
    const input = { ...blank };
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const given = raw[name];
      if (i < needed || (given !== undefined && given !== null))
        input[name] = (reads[i] as Field<unknown>).read(given, name, action, raw);
    }
    return input as Input;
  };
}
