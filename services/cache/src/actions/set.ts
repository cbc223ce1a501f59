import { defineAction } from "./action.js";
import { storedValue } from "./content.js";
import { optionalTtl, requiredContent, requiredKey } from "./field.js";

export const set = defineAction({
  name: "set",
  summary: "Stores a value under a key, in place of what was there",
  idempotent: true,
  fields: { key: requiredKey, value: requiredContent, ttl: optionalTtl },
  run: (store, { key, value, ttl }) => ({ key, version: store.set(key, storedValue(value), ttl) }),
  reply: ({ key }) => ({ success: true, key, cached: true }),
});
