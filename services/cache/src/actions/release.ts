import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { requiredKey, requiredText } from "./field.js";
import { flag, sameKey, success } from "./schema.js";

export const release = defineAction({
  name: "release",
  summary: "Gives a lease back without a value, so that the next caller is granted one",
  idempotent: true,
  complexity: "O(1)",
  fields: { key: requiredKey, token: requiredText("Of the lease, as it was granted") },
  output: { success, key: sameKey, released: flag("False: the lease had ended") },
  examples: [
    {
      title: "a lease that nobody holds",
      input: { key: "report", token: "gone" },
      output: { success: true, key: "report", released: false },
    },
  ],
  run: ({ store }, { key, token }) => whenReady(store.release(key, token), (released) => ({ key, released })),
  reply: ({ key, released }) => ({ success: true, key, released }),
});
