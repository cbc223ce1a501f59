import { defineAction } from "./action.js";

export const clear = defineAction({
  name: "clear",
  summary: "Removes all entries; counters go on",
  idempotent: false, // a repeat would take what was written in between
  fields: {},
  run: (store) => ({ previousSize: store.clear() }),
  reply: ({ previousSize }) => ({ success: true, cleared: true, previous_size: previousSize }),
});
