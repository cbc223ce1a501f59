import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { storedValue } from "./content.js";
import { optionalTtl, requiredContent, requiredKey } from "./field.js";

export const set = defineAction({
  name: "set",
  summary: "Stores a value under a key, in place of what was there",
  idempotent: true,
  fields: { key: requiredKey, value: requiredContent, ttl: optionalTtl },
  run: (store, { key, value, ttl }) =>
    whenReady(store.set(key, storedValue(value), ttl === undefined ? undefined : { ttl }), ({ version }) => ({
      key,
      version,
    })),
  reply: ({ key }) => ({ success: true, key, cached: true }),
});
