import { whenReady } from "../store/awaitable.js";
import type { SetOutcome } from "../store/write.js";
import { defineAction } from "./action.js";
import { nothing, requiredContent, storedValue } from "./content.js";
import { invalidPayload, leaseEnded as leaseError, versionMismatch as mismatchError, writeErrors } from "./errors.js";
import { optionalFlag, requiredKey } from "./field.js";
import { leaseEnded, versionMismatch } from "./refusal.js";
import { entryVersion, flag, sameKey, success } from "./schema.js";
import { setOptions, writeFields } from "./write-options.js";

export const set = defineAction({
  name: "set",
  summary: "Stores a value under a key, in place of what was there",
  idempotent: true,
  complexity: "O(1); O(log n) with a time to live",
  fields: {
    key: requiredKey,
    value: requiredContent,
    ...writeFields,
    details: optionalFlag("The answer has entry_version too"),
  },
  output: {
    success,
    key: sameKey,
    cached: flag("False: if_absent or if_present did not hold, and nothing has changed"),
    entry_version: entryVersion,
  },
  errors: [invalidPayload, ...writeErrors, mismatchError, leaseError],
  examples: [
    {
      title: "for a minute",
      input: { key: "greeting", value: "hello", ttl: 60 },
      output: { success: true, key: "greeting", cached: true },
    },
    {
      title: "only if nobody was first",
      given: [["set", { key: "owner", value: "ann" }]],
      input: { key: "owner", value: "bob", if_absent: true },
      output: { success: true, key: "owner", cached: false },
    },
    {
      title: "an entry that nobody else has changed",
      given: [["set", { key: "stock", value: 5 }]],
      input: { key: "stock", value: 4, if_version: 1, details: true },
      output: { success: true, key: "stock", cached: true, entry_version: 2 },
    },
  ],
  run({ store }, input) {
    const { key, value, details } = input;
    const options = setOptions(input);
    return whenReady(store.set(key, value === undefined ? nothing : storedValue(value), options), (outcome) => {
      if (!outcome.stored) refuse(outcome, input.if_version);
      return { key, cached: outcome.stored, version: outcome.version, details };
    });
  },
  reply: ({ key, cached, version, details }) => ({
    success: true,
    key,
    cached,
    ...(details && { entry_version: version }),
  }),
});

/** Throws unless the writer asked for the answer that nothing was stored. */
function refuse({ reason, version }: SetOutcome & { stored: false }, expected: number | undefined): void {
  if (reason === "lease") throw leaseEnded();
  if (expected !== undefined) throw versionMismatch(expected, version);
}
