import { whenReady } from "../store/awaitable.js";
import { defineAction } from "./action.js";
import { notAnInteger, sumOutOfRange, writeErrors } from "./errors.js";
import { requiredKey } from "./field.js";
import { optionalInt64 } from "./number-fields.js";
import { entryVersion, sameKey, success, whole } from "./schema.js";
import { expiryFields, incrementOptions } from "./write-options.js";

export const increment = defineAction({
  name: "increment",
  summary: "Adds to an integer of 64 bits, and answers the sum; an entry that is there keeps its time to live",
  idempotent: false, // a repeat would add again
  complexity: "O(1)",
  fields: {
    key: requiredKey,
    by: optionalInt64("How much; a negative number takes away. Decimal text beyond 2^53", 1n),
    initial: optionalInt64("What is counted from if there is no entry", 0n),
    ...expiryFields,
  },
  output: { success, key: sameKey, value: whole("What is under the key now"), entry_version: entryVersion },
  errors: [...writeErrors, notAnInteger, sumOutOfRange],
  examples: [
    {
      title: "a counter that begins",
      input: { key: "visits", by: 2, initial: 10, ttl: 60 },
      output: { success: true, key: "visits", value: 12, entry_version: 1 },
    },
    {
      title: "one that goes down",
      given: [["set", { key: "stock", value: 5 }]],
      input: { key: "stock", by: -2 },
      output: { success: true, key: "stock", value: 3, entry_version: 2 },
    },
  ],
  run: ({ store }, input) =>
    whenReady(store.increment(input.key, input.by, incrementOptions(input)), ({ value, version }) => ({
      key: input.key,
      value,
      version,
    })),
  reply: ({ key, value, version }) => ({ success: true, key, value, entry_version: version }),
});
