import type { ChangePosition } from "../store/change.js";
import { storeUnavailable, tooManyStreams } from "./errors.js";
import type { Field } from "./field.js";
import { invalidInput } from "./refusal.js";
import { entryVersion, flag, list, object, text, whole } from "./schema.js";
import { defineStreamAction } from "./stream-action.js";

const mostKeys = 1_000;
const mostPrefixes = 100;
/** Of all keys, and of all prefixes: a thousand watches must not fill the memory with them. */
const mostCharacters = 262_144;

const sequence = whole("Of the last change up to here");

export const watch = defineStreamAction({
  name: "watch",
  summary: "The changes of entries as they happen, resumable, with gaps told",
  complexity: "O(1) for each change of the namespace",
  fields: {
    keys: texts("Entries to watch; with prefixes left out too: all", { most: mostKeys, least: 1 }),
    prefixes: texts("How the keys of entries to watch start", { most: mostPrefixes, least: 0 }),
    resume_after: optionalPosition("The last position that an earlier watch told; left out: from now on"),
  },
  output: {
    position: object("All watched changes up to here are told", { epoch: text("Names what counts them"), sequence }),
    gap: flag("Whether changes before those of this message are lost"),
    changes: list(
      "In their order; none in the first message, and in signs of life",
      object("One change", {
        sequence: whole("Counts the changes of the namespace, watched or not"),
        kind: { ...text("What happened"), enum: ["set", "remove", "evict", "expire", "clear"] },
        key: text("Empty for clear, which is about all entries"),
        entry_version: entryVersion,
      }),
    ),
  },
  errors: [tooManyStreams, storeUnavailable],
  examples: [
    {
      title: "the entries of users",
      input: { prefixes: ["user:"] },
      output: {
        position: { epoch: "5b2c0a54-3f6e-4f0e-9d53-0d8c2f3c7a11", sequence: 1 },
        gap: false,
        changes: [{ sequence: 1, kind: "set", key: "user:1", entry_version: 1 }],
      },
    },
  ],
  open: ({ watch }, { keys, prefixes, resume_after: resumeAfter }, signal) =>
    watch({ keys, prefixes, resumeAfter }, signal),
  reply: ({ position, gap, changes }) => ({
    position: { epoch: position.epoch, sequence: position.sequence },
    gap,
    changes: changes.map(({ sequence, kind, key, version }) => ({ sequence, kind, key, entry_version: version })),
  }),
});

function texts(description: string, { most, least }: { most: number; least: number }): Field<readonly string[]> {
  return {
    type: "any",
    schema: { type: "array", maxItems: most, description, items: { type: "string", minLength: least } },
    isNeeded: false,
    absent: [],
    read(given, name) {
      if (!Array.isArray(given) || given.length > most)
        throw invalidInput(name, `${name} must be a list of up to ${most}`);
      let characters = 0;
      for (const each of given) {
        if (typeof each !== "string" || each.length < least)
          throw invalidInput(name, `${name} must be strings${least > 0 ? ", not empty" : ""}`);
        characters += each.length;
      }
      if (characters > mostCharacters)
        throw invalidInput(name, `${name} must have at most ${mostCharacters} characters in all`);
      return given;
    },
  };
}

function optionalPosition(description: string): Field<ChangePosition | undefined> {
  return {
    type: "any",
    schema: object(description, { epoch: text("As it was told"), sequence: whole("As it was told") }),
    isNeeded: false,
    absent: undefined,
    read(given, name) {
      const { epoch, sequence } = (given ?? {}) as Partial<Record<"epoch" | "sequence", unknown>>;
      if (typeof epoch !== "string" || epoch === "" || !Number.isSafeInteger(sequence) || (sequence as number) < 0)
        throw invalidInput(name, `${name} must have an epoch and a sequence, as a watch told them`);
      return { epoch, sequence: sequence as number };
    },
  };
}
