import { whenReady } from "../store/awaitable.js";
import type { TtlChange } from "../store/write.js";
import { defineAction } from "./action.js";
import { optionalFlag, requiredKey } from "./field.js";
import { ttlOutput, ttlReply } from "./get-ttl.js";
import { optionalMs, optionalTtlMs } from "./number-fields.js";
import { invalidInput, refuseSeveral } from "./refusal.js";
import { longestMs } from "./ttl.js";

export const updateTtl = defineAction({
  name: "update_ttl",
  summary: "Changes how long an entry has left; its value and version stay",
  idempotent: false, // a repeat would add again
  complexity: "O(log n)",
  fields: {
    key: requiredKey,
    ttl_ms: optionalTtlMs,
    add_ms: optionalMs("So many milliseconds more, or less if negative", [-longestMs, longestMs]),
    persist: optionalFlag("The entry never expires"),
  },
  output: ttlOutput,
  examples: [
    {
      title: "an entry that is to stay",
      given: [["set", { key: "a", value: 1, ttl: 60 }]],
      input: { key: "a", persist: true },
      output: { success: true, key: "a", found: true, ttl_left_ms: null },
    },
  ],
  run({ store }, input) {
    const { key } = input;
    return whenReady(store.changeTtl(key, changeOf(input)), (ttl) => ({ key, ttl }));
  },
  reply: ttlReply,
});

interface ChangeInput {
  readonly ttl_ms: number | undefined;
  readonly add_ms: number | undefined;
  readonly persist: boolean;
}

function changeOf({ ttl_ms: ttlMs, add_ms: addMs, persist }: ChangeInput): TtlChange {
  const given = [
    ...(ttlMs === undefined ? [] : ["ttl_ms"]),
    ...(addMs === undefined ? [] : ["add_ms"]),
    ...(persist ? ["persist"] : []),
  ];
  refuseSeveral(given);
  if (ttlMs !== undefined) return { ttlMs };
  if (addMs !== undefined) return { addMs };
  if (persist) return "persist";
  throw invalidInput("ttl_ms", "update_ttl needs ttl_ms, add_ms or persist");
}
