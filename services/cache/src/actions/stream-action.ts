import type { Namespace, Namespaces } from "../namespaces/namespaces.js";
import { type Action, type ActionDefinition, readerOf } from "./action.js";
import { commonErrors } from "./errors.js";
import { namespaceField, namespaceOf, type Raw } from "./field.js";

/** A call and one of the messages that it may bring. */
export interface StreamExample {
  readonly title: string;
  readonly input: Raw;
  readonly output: Readonly<Record<string, unknown>>;
}

/** An action that answers with messages until its caller leaves, said once like the others. */
export interface StreamActionDefinition<Input extends object, Message>
  extends Omit<ActionDefinition<Input, Message>, "idempotent" | "readOften" | "examples" | "run"> {
  readonly examples: readonly StreamExample[];
  /** Begins it, with an input that passed the checks. It ends by throwing the reason of the signal. */
  open(namespace: Namespace, input: Input, signal: AbortSignal): AsyncIterable<Message>;
}

export interface StreamAction<Message = unknown>
  extends Pick<Action, "name" | "summary" | "idempotent" | "complexity" | "fields" | "output" | "errors"> {
  readonly examples: readonly StreamExample[];
  /** Checks what a caller sent, then begins. Throws INVALID_ARGUMENT or NAMESPACE_NOT_FOUND before anything else. */
  open(namespaces: Namespaces, raw: Raw, signal: AbortSignal): AsyncIterable<Message>;
  /** A message as plain data, by the names of the contract. */
  reply(message: Message): Record<string, unknown>;
}

export function defineStreamAction<Input extends object, Message>(
  definition: StreamActionDefinition<Input, Message>,
): StreamAction<Message> {
  const { name, fields, errors = [], open } = definition;
  const read = readerOf<Input>(fields, name);
  return {
    ...definition,
    idempotent: true, // a second stream does no harm
    fields: { ...fields, namespace: namespaceField },
    errors: [...commonErrors, ...errors],
    open(namespaces, raw, signal) {
      const input = read(raw);
      const namespace = namespaceOf(raw, namespaces, namespaces.main);
      namespace.calls[name] = (namespace.calls[name] ?? 0) + 1;
      return open(namespace, input, signal);
    },
  };
}
