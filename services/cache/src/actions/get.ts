import { type Awaitable, whenReady } from "../store/awaitable.js";
import type { Entry } from "../store/entry.js";
import type { TtlOutcome } from "../store/write.js";
import { defineAction } from "./action.js";
import { dataOf } from "./content.js";
import { optionalFlag, requiredKey } from "./field.js";
import { any, decimal, entryVersion, flag, orNull, sameKey, success, text } from "./schema.js";
import { writtenJson, writtenText } from "./written.js";

export const get = defineAction({
  name: "get",
  summary: "The value under a key; a miss is an answer, not an error",
  idempotent: true,
  complexity: "O(1)",
  fields: {
    key: requiredKey,
    details: optionalFlag("The answer has entry_version and content_type too"),
    with_ttl: optionalFlag("The answer has ttl_left_ms and sliding too"),
  },
  readOften: ({ key, details = false, with_ttl }) =>
    typeof key === "string" && key !== "" && typeof details === "boolean" && !with_ttl
      ? { key, details, with_ttl: false }
      : undefined,
  output: {
    success,
    found: flag("Whether there is a live entry"),
    key: sameKey,
    value: any("The value; null on a miss"),
    entry_version: entryVersion,
    content_type: text("Of bytes, as their writer said"),
    ttl_left_ms: orNull(decimal("Milliseconds until it expires if nobody touches it; null: it never does")),
    sliding: flag("Whether each get makes it live longer"),
  },
  examples: [
    {
      title: "a hit",
      given: [["set", { key: "greeting", value: "hello" }]],
      input: { key: "greeting" },
      output: { success: true, found: true, key: "greeting", value: "hello" },
    },
    {
      title: "for who keeps a copy",
      given: [["set", { key: "greeting", value: "hello" }]],
      input: { key: "greeting", with_ttl: true },
      output: { success: true, found: true, key: "greeting", value: "hello", ttl_left_ms: null, sliding: false },
    },
    {
      title: "a miss",
      input: { key: "nobody" },
      output: { success: true, found: false, key: "nobody", value: null },
    },
  ],
  run({ store }, { key, details, with_ttl }): Awaitable<Got> {
    if (!with_ttl) return whenReady(store.get(key), (entry) => ({ key, entry, details }));
    return whenReady(store.get(key), (entry) => {
      if (entry === undefined) return { key, entry, details };
      // Asked for after the value: who keeps that hears of a change in between.
      return whenReady(store.ttl(key), (ttl = gone) => ({ key, entry, details, ttl }));
    });
  },
  reply: ({ key, entry, details, ttl }) => ({
    success: true,
    found: entry !== undefined,
    key,
    value: entry === undefined ? null : dataOf(entry.value),
    ...(details && detailsOf(entry)),
    ...(ttl && { ttl_left_ms: ttl.leftMs ?? null, sliding: ttl.isSliding ?? false }),
  }),
  write({ key, entry, details, ttl }) {
    if (ttl !== undefined || (entry !== undefined && entry.value.kind !== "json")) return undefined;
    const value = entry === undefined ? "null" : writtenJson(entry.value);
    const version = details ? `,"entry_version":${entry?.version ?? 0}` : "";
    return `{"success":true,"found":${entry !== undefined},"key":${writtenText(key)},"value":${value}${version}}`;
  },
});

/** What a get found. */
export interface Got {
  readonly key: string;
  readonly entry: Entry | undefined;
  readonly details: boolean;
  /** If it was asked for, and there is an entry. */
  readonly ttl?: TtlOutcome;
}

/** Of an entry that was there a moment ago. */
const gone: TtlOutcome = { leftMs: 0 };

/** What an answer tells of an entry beside its value. */
export function detailsOf(entry: Entry | undefined): Record<string, unknown> {
  const contentType = entry?.value.contentType;
  return { entry_version: entry?.version ?? 0, ...(contentType && { content_type: contentType }) };
}
