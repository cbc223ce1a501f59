import { defineBatch, entriesField } from "./batch.js";
import { set } from "./set.js";

export const setMany = defineBatch({
  name: "set_many",
  summary: "Stores up to 1,000 values in their order, each with a result of its own",
  single: set,
  items: entriesField,
  examples: [
    {
      title: "one that is stored, one that is not",
      input: {
        entries: [
          { key: "a", value: 1, ttl: 60 },
          { key: "b", value: 2, ttl: -1 },
        ],
      },
      output: {
        success: true,
        results: [
          { success: true, key: "a", cached: true, entry_version: 1 },
          { status: { code: 3, reason: "INVALID_ARGUMENT", message: "TTL must be a positive number" } },
        ],
      },
    },
  ],
});
