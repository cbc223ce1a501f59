import { encodeJson } from "@weft/contracts";
import { WeftError } from "@weft/core";
import { type Awaitable, whenReady } from "../store/awaitable.js";
import { type Action, defineAction, type Example } from "./action.js";
import { commonErrors } from "./errors.js";
import { type Field, optionalFlag, type Raw, thisNodeField } from "./field.js";
import { invalidInput } from "./refusal.js";
import { list, object, type Schema, success, text, whole } from "./schema.js";

/** What became of one item of a batch: what its action says, or the error that it would have ended with. */
export type ItemOutcome<Outcome> = { readonly outcome: Outcome } | { readonly error: WeftError };

/** What became of all of them, and whether its caller wants to be told briefly. */
export interface BatchOutcome<Outcome> {
  readonly items: readonly ItemOutcome<Outcome>[];
  readonly brief: boolean;
}

/** A second form of a batch's answer. */
export interface BriefForm<Outcome> {
  readonly description: string;
  /** The fields that stand instead of `results`. */
  readonly output: Readonly<Record<string, Schema>>;
  /** The answer, made of the items' own. */
  reply(results: readonly Record<string, unknown>[]): Record<string, unknown>;
  /** The same as JSON, as `write` of an action. */
  write(items: readonly ItemOutcome<Outcome>[]): string | undefined;
}

export interface BatchDefinition<Outcome> {
  readonly name: string;
  readonly summary: string;
  /** Run for each item. */
  readonly single: Action<never, Awaitable<Outcome>>;
  readonly items: Field<readonly Raw[]>;
  /** Fields of the action that the batch has for all of its items. */
  readonly ofAll?: Readonly<Record<string, Field<unknown>>>;
  /** For who asks for it by the field `brief`. */
  readonly brief?: BriefForm<Awaited<Outcome>>;
  readonly examples: readonly Example[];
}

// Some two milliseconds of work in memory.
const mostItems = 1_000;

/** The keys of a batch. One that is wrong is the trouble of its item alone. */
export const keysField: Field<readonly Raw[]> = {
  type: "any",
  schema: {
    type: "array",
    minItems: 1,
    maxItems: mostItems,
    description: "The keys",
    items: { type: "string", minLength: 1 },
  },
  isNeeded: true,
  absent: undefined,
  read(given, name, action, { brief, with_ttl }) {
    const details = brief !== true;
    const keys = checkedList(given, name, action);
    return with_ttl ? keys.map((key) => ({ key, details, with_ttl })) : keys.map((key) => ({ key, details }));
  },
};

/** The inputs of a batch of another action. */
export const entriesField: Field<readonly Raw[]> = {
  ...keysField,
  schema: {
    type: "array",
    minItems: 1,
    maxItems: mostItems,
    description: "Inputs of set; one may name a namespace of its own",
    items: { type: "object" },
  },
  read: (given, name, action) =>
    checkedList(given, name, action).map((entry) => {
      if (typeof entry !== "object" || entry === null) throw invalidInput(name, `${name} must be objects`);
      return { ...entry, details: true };
    }),
};

function checkedList(given: unknown, name: string, action: string): readonly unknown[] {
  if (given === undefined || given === null) throw invalidInput(name, `Missing '${name}' field for ${action} action`);
  if (Array.isArray(given) && given.length >= 1 && given.length <= mostItems) return given;
  throw invalidInput(name, `${name} must be a list of 1 to ${mostItems}`);
}

/** An action that runs another one for many items, each with a result of its own. */
export function defineBatch<Outcome>(definition: BatchDefinition<Outcome>) {
  const { items, name, ofAll, brief: briefForm } = definition;
  const single = definition.single as Action<object, Awaitable<Outcome>>;
  const fieldName = items === keysField ? "keys" : "entries";
  const replyOf = (each: ItemOutcome<Outcome>) =>
    "error" in each ? statusReply(each.error) : single.reply(each.outcome as Awaited<Outcome>);
  const writeItem = (each: ItemOutcome<Outcome>) => {
    const written = "error" in each ? undefined : single.write?.(each.outcome as Awaited<Outcome>);
    return written ?? encodeJson(replyOf(each)).toString("latin1");
  };
  const answer = (results: readonly Record<string, unknown>[], brief: boolean) =>
    brief && briefForm !== undefined ? briefForm.reply(results) : { success: true, results };
  const action = defineAction({
    ...definition,
    idempotent: single.idempotent,
    complexity: `that of ${single.name} for each item`,
    fields: {
      [fieldName]: items,
      ...ofAll,
      ...(briefForm && { brief: optionalFlag(briefForm.description) }),
      this_node: thisNodeField,
    } as { readonly [Name in string]: Field<unknown> },
    output: {
      success,
      results: list(
        "One for each item, in their order",
        object("What became of it", { ...single.output, status: failureStatus }),
      ),
      ...briefForm?.output,
    },
    errors: single.errors.filter((each) => !commonErrors.includes(each)),
    run: (namespace, input): Awaitable<BatchOutcome<Outcome>> =>
      whenReady(
        allOf(input[fieldName] as readonly Raw[], (raw) => single.callWithin(namespace, raw)),
        (items) => ({ items, brief: input.brief === true }),
      ),
    reply: ({ items, brief }) => answer(items.map(replyOf), brief),
    write({ items, brief }) {
      if (brief) return briefForm?.write(items as readonly ItemOutcome<Awaited<Outcome>>[]);
      return single.write && `{"success":true,"results":[${items.map(writeItem).join(",")}]}`;
    },
  });
  const itemsOf = (raw: Raw) => {
    const own = raw.namespace === undefined ? {} : { namespace: raw.namespace };
    return items.read(raw[fieldName], fieldName, name, raw).map((item) => ({ ...own, ...item }));
  };
  const batch = {
    single: single as Action,
    itemsOf,
    reply: ({ brief }: Raw, results: readonly Record<string, unknown>[]) => answer(results, brief === true),
  };
  return { ...action, batch };
}

/** Of an item that failed. */
export const failureStatus = object("Instead of the other fields: what the item would have ended with", {
  code: whole("Of gRPC"),
  reason: text("Stable, for programs"),
  message: text("For people"),
});

/** What an item of a batch that failed says of it. */
export function statusReply({ code, reason, message }: WeftError): Record<string, unknown> {
  return { status: { code, reason, message } };
}

/** Runs all items before it waits for any, so that a store behind a connection gets them together. */
function allOf<Outcome>(
  items: readonly Raw[],
  run: (item: Raw) => Awaitable<Outcome>,
): Awaitable<readonly ItemOutcome<Outcome>[]> {
  let isLater = false;
  const started = items.map((item): Awaitable<ItemOutcome<Outcome>> => {
    try {
      const outcome = run(item);
      if (!(outcome instanceof Promise)) return { outcome };
      isLater = true;
      return outcome.then((outcome) => ({ outcome }), failed);
    } catch (error) {
      return failed(error);
    }
  });
  return isLater ? Promise.all(started) : (started as ItemOutcome<Outcome>[]);
}

function failed(error: unknown): { readonly error: WeftError } {
  if (error instanceof WeftError) return { error };
  throw error;
}
