import type { Namespace, Namespaces } from "../namespaces/namespaces.js";
import { invalidInput, quoted } from "./refusal.js";
import type { Schema } from "./schema.js";

/** What a caller sent: data, by the names of the fields. */
export type Raw = Readonly<Record<string, unknown>>;

/** One input of an action: how it is described, and how it is checked and read. */
export interface Field<T> {
  /** The type to declare for it as the argument of a function. `any` where a wrong type has a text of the cache's own. */
  readonly type: "string" | "num" | "any";
  readonly schema: Schema;
  /** An input without it is refused, or the field itself decides. Others may be left out or null. */
  readonly isNeeded: boolean;
  /** What stands for a field that is not needed and not there. */
  readonly absent: T | undefined;
  /** Checks what a caller sent; only fields that are needed get undefined and null. Throws INVALID_ARGUMENT, naming the field. */
  read(given: unknown, name: string, action: string, raw: Raw): T;
}

/** The key that an action is about. Any text but the empty one is a key like any other. */
export const requiredKey: Field<string> = {
  type: "string",
  schema: { type: "string", minLength: 1, description: "The key, not empty" },
  isNeeded: true,
  absent: undefined,
  read(given, name, action) {
    if (given === undefined) throw invalidInput(name, `Missing 'key' field for ${action} action`);
    if (typeof given !== "string") throw invalidInput(name, `Key must be a string for ${action} action`);
    if (given === "") throw invalidInput(name, `Key cannot be empty for ${action} action`);
    return given;
  },
};

export function optionalText(description: string): Field<string | undefined> {
  return {
    type: "string",
    schema: { type: "string", description },
    isNeeded: false,
    absent: undefined,
    read(given, name) {
      if (typeof given !== "string") throw invalidInput(name, `${name} must be a string`);
      return given;
    },
  };
}

/** A text that is not empty. */
export function requiredText(description: string): Field<string> {
  return {
    type: "string",
    schema: { type: "string", minLength: 1, description },
    isNeeded: true,
    absent: undefined,
    read(given, name, action) {
      if (given === undefined || given === null)
        throw invalidInput(name, `Missing '${name}' field for ${action} action`);
      if (typeof given !== "string" || given === "") throw invalidInput(name, `${name} must be a string, not empty`);
      return given;
    },
  };
}

/** One of a few words, the first of which is the default. */
export function choice<const Word extends string>(words: readonly [Word, ...Word[]], description: string): Field<Word> {
  return {
    type: "string",
    schema: { type: "string", enum: words, default: words[0], description },
    isNeeded: false,
    absent: words[0],
    read(given, name) {
      if (typeof given !== "string") throw invalidInput(name, `${name} must be a string`);
      const word = words.find((candidate) => candidate === given);
      if (word !== undefined) return word;
      throw invalidInput(name, `Invalid ${name} ${quoted(given)}. Must be one of: ${words.join(", ")}`);
    },
  };
}

/** Yes or no, by default no. */
export function optionalFlag(description: string): Field<boolean> {
  return {
    type: "any",
    schema: { type: "boolean", default: false, description },
    isNeeded: false,
    absent: false,
    read(given, name) {
      if (typeof given !== "boolean") throw invalidInput(name, `${name} must be true or false`);
      return given;
    },
  };
}

/** Which entries an action about all of them means. Each such action has this field. */
export const thisNodeField: Field<boolean> = optionalFlag(
  "Only the entries of the node that gets the call; else those of all nodes of the cache",
);

/** The namespace that an input means. Each action has this field. */
export const namespaceField: Field<string | undefined> = {
  ...optionalText("Entries of their own, as the settings declare them; left out or empty: the default ones"),
  absent: "",
};

/** The namespace that an input names, else `usual`. */
export function namespaceOf({ namespace }: Raw, { of }: Pick<Namespaces, "of">, usual: Namespace): Namespace {
  if (namespace === undefined || namespace === null || namespace === "") return usual;
  if (typeof namespace !== "string") throw invalidInput("namespace", "namespace must be a string");
  return of(namespace);
}
