import { type Awaitable, whenReady } from "../store/awaitable.js";
import type { StoredValue } from "../store/stored-value.js";
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
    const got = details
      ? whenReady(store.get(key), (entry) => ({ key, value: entry?.value, version: entry?.version ?? 0 }))
      : whenReady(store.value(key), (value) => ({ key, value, version: undefined }));
    if (!with_ttl) return got;
    return whenReady(got, (found) => {
      if (found.value === undefined) return found;
      // Asked for after the value: who keeps that hears of a change in between.
      return whenReady(store.ttl(key), (ttl = gone) => ({ ...found, ttl }));
    });
  },
  reply: ({ key, value, version, ttl }) => ({
    success: true,
    found: value !== undefined,
    key,
    value: value === undefined ? null : dataOf(value),
    ...(version !== undefined && detailsOf(value, version)),
    ...(ttl && { ttl_left_ms: ttl.leftMs ?? null, sliding: ttl.isSliding ?? false }),
  }),
  write({ key, value, version, ttl }) {
    if (ttl !== undefined || (value !== undefined && value.kind !== "json")) return undefined;
    const written = value === undefined ? "null" : writtenJson(value);
    const details = version === undefined ? "" : `,"entry_version":${version}`;
    return `{"success":true,"found":${value !== undefined},"key":${writtenText(key)},"value":${written}${details}}`;
  },
});

/** What a get found. */
export interface Got {
  readonly key: string;
  readonly value: StoredValue | undefined;
  /** If details were asked for: that of the entry, 0 on a miss. */
  readonly version: number | undefined;
  /** If it was asked for, and there is an entry. */
  readonly ttl?: TtlOutcome;
}

/** Of an entry that was there a moment ago. */
const gone: TtlOutcome = { leftMs: 0 };

/** What an answer tells of an entry beside its value. */
export function detailsOf(value: StoredValue | undefined, version: number): Record<string, unknown> {
  const contentType = value?.contentType;
  return { entry_version: version, ...(contentType && { content_type: contentType }) };
}
