import { whenReady } from "../store/awaitable.js";
import type { Entry } from "../store/entry.js";
import { defineAction } from "./action.js";
import { dataOf } from "./content.js";
import { optionalFlag, requiredKey } from "./field.js";
import { any, entryVersion, flag, sameKey, success, text } from "./schema.js";

export const get = defineAction({
  name: "get",
  summary: "The value under a key; a miss is an answer, not an error",
  idempotent: true,
  complexity: "O(1)",
  fields: { key: requiredKey, details: optionalFlag("The answer has entry_version and content_type too") },
  readOften: ({ key, details }) =>
    typeof key === "string" && key !== "" && details === undefined ? { key, details: false } : undefined,
  output: {
    success,
    found: flag("Whether there is a live entry"),
    key: sameKey,
    value: any("The value; null on a miss"),
    entry_version: entryVersion,
    content_type: text("Of bytes, as their writer said"),
  },
  examples: [
    {
      title: "a hit",
      given: [["set", { key: "greeting", value: "hello" }]],
      input: { key: "greeting" },
      output: { success: true, found: true, key: "greeting", value: "hello" },
    },
    {
      title: "a miss",
      input: { key: "nobody" },
      output: { success: true, found: false, key: "nobody", value: null },
    },
  ],
  run: ({ store }, { key, details }) => whenReady(store.get(key), (entry) => ({ key, entry, details })),
  reply: ({ key, entry, details }) => ({
    success: true,
    found: entry !== undefined,
    key,
    value: entry === undefined ? null : dataOf(entry.value),
    ...(details && detailsOf(entry)),
  }),
});

/** What an answer tells of an entry beside its value. */
export function detailsOf(entry: Entry | undefined): Record<string, unknown> {
  const contentType = entry?.value.contentType;
  return { entry_version: entry?.version ?? 0, ...(contentType && { content_type: contentType }) };
}
