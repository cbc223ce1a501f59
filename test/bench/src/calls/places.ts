import { defineService, fn } from "@weft/service";
import { find } from "./work.js";

/** A typical function: two strings that are checked, everybody may call, everything else by default. */
export const places = defineService({
  name: "bench",
  version: "1.0.0",
  functions: {
    find: fn({
      summary: "A place by its id",
      args: { id: { type: "string", maxBytes: 16 }, note: { type: "string", maxBytes: 100 } },
      permission: "public",
      handler: async (args) => find(args),
    }),
  },
});
