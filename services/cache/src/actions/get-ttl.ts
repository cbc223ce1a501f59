import { whenReady } from "../store/awaitable.js";
import type { TtlOutcome } from "../store/write.js";
import { defineAction } from "./action.js";
import { requiredKey } from "./field.js";
import { decimal, flag, orNull, sameKey, success } from "./schema.js";

/** The answer of the actions about what an entry has left. */
export const ttlOutput = {
  success,
  key: sameKey,
  found: flag("False: there is no live entry"),
  ttl_left_ms: orNull(decimal("Milliseconds until it expires if nobody touches it; null: it never does")),
};

export const getTtl = defineAction({
  name: "get_ttl",
  summary: "How long an entry has left; neither counts nor touches",
  idempotent: true,
  complexity: "O(1)",
  fields: { key: requiredKey },
  output: ttlOutput,
  examples: [
    {
      title: "an entry that never expires",
      given: [["set", { key: "a", value: 1 }]],
      input: { key: "a" },
      output: { success: true, key: "a", found: true, ttl_left_ms: null },
    },
    {
      title: "none",
      input: { key: "a" },
      output: { success: true, key: "a", found: false, ttl_left_ms: null },
    },
  ],
  run: ({ store }, { key }) => whenReady(store.ttl(key), (ttl) => ({ key, ttl })),
  reply: ttlReply,
});

export function ttlReply({ key, ttl }: { readonly key: string; readonly ttl: TtlOutcome | undefined }) {
  return { success: true, key, found: ttl !== undefined, ttl_left_ms: ttl?.leftMs ?? null };
}
