import { defineBatch, keysField } from "./batch.js";
import { keyNotFound, remove } from "./remove.js";

export const removeMany = defineBatch({
  name: "remove_many",
  summary: "Removes up to 1,000 entries, each with a result of its own",
  single: remove,
  items: keysField,
  examples: [
    {
      title: "one that is there and one that is not",
      given: [["set", { key: "a", value: 1 }]],
      input: { keys: ["a", "b"] },
      output: {
        success: true,
        results: [
          { success: true, key: "a", removed: true },
          { success: true, key: "b", removed: false, error: keyNotFound },
        ],
      },
    },
  ],
});
