import { defineAction } from "./action.js";
import { requiredKey } from "./field.js";

export const exists = defineAction({
  name: "exists",
  summary: "Tells whether there is an entry; counts as a get, but not as a use",
  idempotent: true,
  fields: { key: requiredKey },
  run: (store, { key }) => ({ key, found: store.has(key) }),
  reply: ({ key, found }) => ({ success: true, key, found }),
});
