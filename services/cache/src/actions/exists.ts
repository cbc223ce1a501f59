import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { requiredKey } from "./field.js";

export const exists = defineAction({
  name: "exists",
  summary: "Tells whether there is an entry; counts as a get, but not as a use",
  idempotent: true,
  fields: { key: requiredKey },
  run: (store, { key }) => whenReady(store.has(key), (found) => ({ key, found })),
  reply: ({ key, found }) => ({ success: true, key, found }),
});
