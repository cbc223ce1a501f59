import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { requiredKey } from "./field.js";

/** What remove says of a key that is not there. */
export const keyNotFound = "Key not found";

export const remove = defineAction({
  name: "remove",
  summary: "Removes one entry and tells whether there was one",
  idempotent: false, // a repeat would say that there was none
  fields: { key: requiredKey },
  run: (store, { key }) => whenReady(store.remove(key), (removed) => ({ key, removed })),
  reply: ({ key, removed }) => ({ success: true, key, removed, ...(!removed && { error: keyNotFound }) }),
});
