import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { versionMismatch as mismatchError } from "./errors.js";
import { requiredKey } from "./field.js";
import { optionalCount } from "./number-fields.js";
import { versionMismatch } from "./refusal.js";
import { flag, sameKey, success, text } from "./schema.js";

/** What remove says of a key that is not there. */
export const keyNotFound = "Key not found";

export const remove = defineAction({
  name: "remove",
  summary: "Removes one entry and tells whether there was one",
  idempotent: false, // a repeat would say that there was none
  complexity: "O(1)",
  fields: { key: requiredKey, if_version: optionalCount("The version that the entry must have") },
  output: {
    success,
    key: sameKey,
    removed: flag("False: there was no live entry"),
    error: text(`"${keyNotFound}" if removed is false, else left out`),
  },
  errors: [mismatchError],
  examples: [
    {
      title: "an entry that is there",
      given: [["set", { key: "a", value: 1 }]],
      input: { key: "a" },
      output: { success: true, key: "a", removed: true },
    },
    {
      title: "one that is not",
      input: { key: "a" },
      output: { success: true, key: "a", removed: false, error: keyNotFound },
    },
  ],
  run: ({ store }, { key, if_version: ifVersion }) =>
    whenReady(store.remove(key, ifVersion), (removed) => {
      if (!removed && ifVersion !== undefined) throw versionMismatch(ifVersion);
      return { key, removed };
    }),
  reply: ({ key, removed }) => ({ success: true, key, removed, ...(!removed && { error: keyNotFound }) }),
});
