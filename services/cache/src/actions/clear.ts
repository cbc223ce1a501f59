import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";

export const clear = defineAction({
  name: "clear",
  summary: "Removes all entries; counters go on",
  idempotent: false, // a repeat would take what was written in between
  fields: {},
  run: (store) => whenReady(store.clear(), (previousSize) => ({ previousSize })),
  reply: ({ previousSize }) => ({ success: true, cleared: true, previous_size: previousSize }),
});
