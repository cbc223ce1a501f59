import { sumOf } from "../several-nodes/sum.js";
import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { flag, success, whole } from "./schema.js";

export const clear = defineAction({
  name: "clear",
  summary: "Removes all entries; counters go on",
  idempotent: false, // a repeat would take what was written in between
  complexity: "O(1)",
  fields: {},
  output: {
    success,
    cleared: flag("Always true"),
    previous_size: whole("How many entries there were, expired ones included"),
  },
  examples: [
    {
      title: "a cache with two entries",
      given: [
        ["set", { key: "a", value: 1 }],
        ["set", { key: "b", value: 2 }],
      ],
      input: {},
      output: { success: true, cleared: true, previous_size: 2 },
    },
  ],
  across: sumOf("previous_size"),
  run: ({ store }) => whenReady(store.clear(), (previousSize) => ({ previousSize })),
  reply: ({ previousSize }) => ({ success: true, cleared: true, previous_size: previousSize }),
});
