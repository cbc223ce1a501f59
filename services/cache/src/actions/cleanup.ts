import { sumOf } from "../several-nodes/sum.js";
import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { success, whole } from "./schema.js";

export const cleanup = defineAction({
  name: "cleanup",
  summary: "Removes all expired entries and tells how many there were",
  idempotent: true,
  complexity: "O(log n) for each entry that has expired",
  fields: {},
  output: { success, cleaned_count: whole("How many entries had expired") },
  examples: [
    {
      title: "nothing has expired",
      given: [["set", { key: "a", value: 1, ttl: 60 }]],
      input: {},
      output: { success: true, cleaned_count: 0 },
    },
  ],
  across: sumOf("cleaned_count"),
  run: ({ store }) => whenReady(store.cleanup(), (cleanedCount) => ({ cleanedCount })),
  reply: ({ cleanedCount }) => ({ success: true, cleaned_count: cleanedCount }),
});
