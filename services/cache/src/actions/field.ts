import type { Content } from "./content.js";
import { invalidInput, quoted, refusal } from "./refusal.js";
import { ttlMsOf } from "./ttl.js";

/** One input of an action: how it is described, and how it is checked and read. */
export interface Field<T> {
  /** The type to declare for it as the argument of a function. `any` where a wrong type has a text of the cache's own. */
  readonly type: "string" | "num" | "any";
  readonly description: string;
  /** Checks what a caller sent; undefined stands for nothing. Throws INVALID_ARGUMENT, naming the field. */
  read(raw: unknown, name: string, action: string): T;
}

/** The key that an action is about. Any text but the empty one is a key like any other. */
export const requiredKey: Field<string> = {
  type: "string",
  description: "The key, not empty",
  read(raw, name, action) {
    if (raw === undefined) throw invalidInput(name, `Missing 'key' field for ${action} action`);
    if (typeof raw !== "string") throw invalidInput(name, `Key must be a string for ${action} action`);
    if (raw === "") throw invalidInput(name, `Key cannot be empty for ${action} action`);
    return raw;
  },
};

/** The value to store, in any of its forms; null is a value. */
export const requiredContent: Field<Content> = {
  type: "any",
  description: "The value; null, false, 0 and empty text are values too",
  read(raw, name, action) {
    if (raw === undefined) throw invalidInput(name, `Missing '${name}' field for ${action} action`);
    return raw as Content;
  },
};

/** Milliseconds to live, sent as whole seconds. */
export const optionalTtl: Field<number | undefined> = {
  type: "any",
  description: "Whole seconds to live, more than 0; without it the default TTL counts",
  read(raw, name) {
    if (isAbsent(raw)) return undefined;
    const seconds = wholeNumber(raw);
    if (seconds === undefined || seconds <= 0) throw refusal(name, "TTL must be a positive number");
    return ttlMsOf(seconds);
  },
};

export function optionalText(description: string): Field<string | undefined> {
  return {
    type: "string",
    description,
    read(raw, name) {
      if (isAbsent(raw)) return undefined;
      if (typeof raw !== "string") throw invalidInput(name, `${name} must be a string`);
      return raw;
    },
  };
}

/** One of a few words, the first of which is the default. */
export function choice<const Word extends string>(words: readonly [Word, ...Word[]], description: string): Field<Word> {
  const text = optionalText(`${description}: ${words.join(", ")} (default ${words[0]})`);
  return {
    ...text,
    read(raw, name, action) {
      const given = text.read(raw, name, action) ?? words[0];
      const word = words.find((candidate) => candidate === given);
      if (word !== undefined) return word;
      throw invalidInput(name, `Invalid ${name} ${quoted(given)}. Must be one of: ${words.join(", ")}`);
    },
  };
}

export function optionalCount(description: string): Field<number | undefined> {
  return {
    type: "num",
    description,
    read(raw, name) {
      if (isAbsent(raw)) return undefined;
      const count = wholeNumber(raw);
      if (count !== undefined && count >= 0 && Number.isSafeInteger(count)) return count;
      throw invalidInput(name, `${name} must be a whole number, 0 or more`);
    },
  };
}

function isAbsent(raw: unknown): raw is null | undefined {
  return raw === undefined || raw === null;
}

/** JSON integers beyond 2^53 arrive as bigint. */
function wholeNumber(raw: unknown): number | undefined {
  if (typeof raw === "bigint") return Number(raw);
  return typeof raw === "number" && Number.isInteger(raw) ? raw : undefined;
}
