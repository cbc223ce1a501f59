import { defineAction } from "./action.js";
import { reclaimAll } from "./reclaim-all.js";

export const cleanup = defineAction({
  name: "cleanup",
  summary: "Removes all expired entries and tells how many there were",
  idempotent: true,
  fields: {},
  run: async (store) => ({ cleanedCount: await reclaimAll(store) }),
  reply: ({ cleanedCount }) => ({ success: true, cleaned_count: cleanedCount }),
});
