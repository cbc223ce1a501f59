import { defineBatch, keysField } from "./batch.js";
import { briefGets } from "./brief-gets.js";
import { optionalFlag } from "./field.js";
import { get } from "./get.js";

export const getMany = defineBatch({
  name: "get_many",
  summary: "The values under up to 1,000 keys, each with a result of its own",
  single: get,
  items: keysField,
  ofAll: { with_ttl: optionalFlag("Each result has ttl_left_ms and sliding too; not with brief") },
  brief: briefGets,
  examples: [
    {
      title: "a hit and a miss",
      given: [["set", { key: "a", value: 1 }]],
      input: { keys: ["a", "b"] },
      output: {
        success: true,
        results: [
          { success: true, found: true, key: "a", value: 1, entry_version: 1 },
          { success: true, found: false, key: "b", value: null, entry_version: 0 },
        ],
      },
    },
    {
      title: "for who keeps copies",
      given: [["set", { key: "a", value: 1 }]],
      input: { keys: ["a"], with_ttl: true },
      output: {
        success: true,
        results: [
          { success: true, found: true, key: "a", value: 1, entry_version: 1, ttl_left_ms: null, sliding: false },
        ],
      },
    },
    {
      title: "for who wants nothing but the values",
      given: [["set", { key: "a", value: 1 }]],
      input: { keys: ["a", "b", ""], brief: true },
      output: {
        success: true,
        values: [1, null, null],
        missing: [1],
        failed: [
          {
            at: 2,
            status: {
              code: 3,
              reason: "INVALID_ARGUMENT",
              message: "Invalid input: Key cannot be empty for get action",
            },
          },
        ],
      },
    },
  ],
});
