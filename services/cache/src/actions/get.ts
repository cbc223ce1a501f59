import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { dataOf } from "./content.js";
import { requiredKey } from "./field.js";

export const get = defineAction({
  name: "get",
  summary: "The value under a key; a miss is an answer, not an error",
  idempotent: true,
  fields: { key: requiredKey },
  run: (store, { key }) => whenReady(store.get(key), (entry) => ({ key, entry })),
  reply: ({ key, entry }) => ({
    success: true,
    found: entry !== undefined,
    key,
    value: entry === undefined ? null : dataOf(entry.value),
  }),
});
