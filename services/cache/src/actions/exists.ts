import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { requiredKey } from "./field.js";
import { flag, sameKey, success } from "./schema.js";

export const exists = defineAction({
  name: "exists",
  summary: "Tells whether there is an entry; counts as a get, but not as a use",
  idempotent: true,
  complexity: "O(1)",
  fields: { key: requiredKey },
  output: { success, key: sameKey, found: flag("Whether there is a live entry") },
  examples: [
    {
      title: "an entry that is there",
      given: [["set", { key: "a", value: null }]],
      input: { key: "a" },
      output: { success: true, key: "a", found: true },
    },
  ],
  run: ({ store }, { key }) => whenReady(store.has(key), (found) => ({ key, found })),
  reply: ({ key, found }) => ({ success: true, key, found }),
});
