import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";

export const cleanup = defineAction({
  name: "cleanup",
  summary: "Removes all expired entries and tells how many there were",
  idempotent: true,
  fields: {},
  run: (store) => whenReady(store.cleanup(), (cleanedCount) => ({ cleanedCount })),
  reply: ({ cleanedCount }) => ({ success: true, cleaned_count: cleanedCount }),
});
