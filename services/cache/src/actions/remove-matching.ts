import { sumOf } from "../several-nodes/sum.js";
import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { optionalText } from "./field.js";
import { invalidInput, refuseSeveral } from "./refusal.js";
import { success, whole } from "./schema.js";

export const removeMatching = defineAction({
  name: "remove_matching",
  summary: "Removes the entries under a prefix or with a tag",
  idempotent: false, // a repeat would say that there were none
  complexity: "O(log n + matches)",
  fields: { prefix: optionalText("How their keys start"), tag: optionalText("A tag that they were set with") },
  output: { success, removed_count: whole("How many there were") },
  examples: [
    {
      title: "all that belongs to a user",
      given: [
        ["set", { key: "user:1:name", value: "ann" }],
        ["set", { key: "user:1:age", value: 40 }],
        ["set", { key: "user:2:name", value: "bob" }],
      ],
      input: { prefix: "user:1:" },
      output: { success: true, removed_count: 2 },
    },
    {
      title: "all with a tag",
      given: [
        ["set", { key: "a", value: 1, tags: ["page", "en"] }],
        ["set", { key: "b", value: 2, tags: ["page"] }],
        ["set", { key: "c", value: 3 }],
      ],
      input: { tag: "page" },
      output: { success: true, removed_count: 2 },
    },
  ],
  across: sumOf("removed_count"),
  run({ store }, { prefix, tag }) {
    refuseSeveral([...(prefix === undefined ? [] : ["prefix"]), ...(tag === undefined ? [] : ["tag"])]);
    const what = prefix || tag;
    if (!what) throw invalidInput("prefix", "remove_matching needs a prefix or a tag, not empty");
    return whenReady(store.removeMatching(prefix ? { prefix: what } : { tag: what }), (removedCount) => ({
      removedCount,
    }));
  },
  reply: ({ removedCount }) => ({ success: true, removed_count: removedCount }),
});
