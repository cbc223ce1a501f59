import { mergeLists } from "../several-nodes/merge-lists.js";
import type { Entry } from "../store/entry.js";
import type { TtlOutcome } from "../store/write.js";
import { defineAction } from "./action.js";
import { dataOf } from "./content.js";
import { choice, optionalFlag, optionalText } from "./field.js";
import { filterOf } from "./filter.js";
import { detailsOf } from "./get.js";
import { optionalCount } from "./number-fields.js";
import { any, decimal, entryVersion, flag, list as listOf, object, orNull, success, text, whole } from "./schema.js";

/** An entry of a page; what it has left is asked for only with details. */
export interface Row {
  readonly entry: Entry;
  readonly ttl?: TtlOutcome | undefined;
}

export const list = defineAction({
  name: "list",
  summary: "The live entries by key, in code point order, filtered and in pages",
  idempotent: true,
  complexity: "O(log n + page) by prefix and cursor; O(n) by suffix",
  fields: {
    filter_type: choice(["none", "prefix", "suffix", "pattern"], "How keys are chosen"),
    filter_value: optionalText("What keys start or end with, if filter_prefix or filter_suffix does not say"),
    filter_prefix: optionalText("What keys start with, for prefix and pattern"),
    filter_suffix: optionalText("What keys end with, for suffix and pattern"),
    order: choice(["asc", "desc"], "The order of the keys"),
    limit: optionalCount("Most items to answer; without it all of them"),
    offset: optionalCount("Items to leave out at the start (default 0)"),
    cursor: optionalText("Only keys behind this one, the next_cursor of the page before; empty: from the start"),
    keys_only: optionalFlag("Items without their values"),
    details: optionalFlag("Items have entry_version, content_type, bytes and ttl_left_ms too"),
  },
  output: {
    success,
    items: listOf(
      "In the order that was asked for",
      object("One entry", {
        key: text("Its key"),
        value: any("Its value"),
        entry_version: entryVersion,
        content_type: text("Of bytes, as their writer said"),
        bytes: whole("What key, value and entry take"),
        ttl_left_ms: orNull(decimal("Milliseconds until it expires; null: it never does")),
      }),
    ),
    total_count: whole("All entries that fit the filter, not only those of this page"),
    offset: whole("As it was sent, or 0"),
    limit: orNull(whole("As it was sent, or null")),
    has_more: flag("Whether entries follow this page"),
    next_cursor: text("Of the next page, if one follows and a cursor or details were sent"),
  },
  examples: [
    {
      title: "a page by prefix",
      given: [
        ["set", { key: "user:1", value: "ann" }],
        ["set", { key: "user:2", value: "bob" }],
        ["set", { key: "other", value: 0 }],
      ],
      input: { filter_type: "prefix", filter_value: "user:", limit: 1 },
      output: {
        success: true,
        items: [{ key: "user:1", value: "ann" }],
        total_count: 2,
        offset: 0,
        limit: 1,
        has_more: true,
      },
    },
    {
      title: "keys behind a cursor",
      given: [
        ["set", { key: "a", value: 1 }],
        ["set", { key: "b", value: 2 }],
        ["set", { key: "c", value: 3 }],
      ],
      input: { cursor: "a", limit: 1, keys_only: true },
      output: {
        success: true,
        items: [{ key: "b" }],
        total_count: 3,
        offset: 0,
        limit: 1,
        has_more: true,
        next_cursor: "b",
      },
    },
  ],
  across: mergeLists,
  async run({ store }, input) {
    const { order, limit, offset = 0, cursor, keys_only: keysOnly, details } = input;
    const filter = filterOf(input);
    await store.cleanup();
    const query = { ...filter, descending: order === "desc", offset, limit, after: cursor || undefined };
    const page = await store.list(query);
    const rows: Row[] = [];
    for (const entry of page.rows) rows.push(details ? { entry, ttl: await store.ttl(entry.key) } : { entry });
    const nextCursor = page.hasMore ? page.rows.at(-1)?.key : undefined;
    return { ...page, rows, offset, limit, keysOnly, details, nextCursor, isPaged: details || cursor !== undefined };
  },
  reply: ({ rows, totalCount, offset, limit, hasMore, keysOnly, details, nextCursor, isPaged }) => ({
    success: true,
    items: rows.map(({ entry, ttl }) => ({
      key: entry.key,
      ...(!keysOnly && { value: dataOf(entry.value) }),
      ...(details && { ...detailsOf(entry.value, entry.version), bytes: entry.size, ttl_left_ms: ttl?.leftMs ?? null }),
    })),
    total_count: totalCount,
    offset,
    limit: limit ?? null,
    has_more: hasMore,
    ...(isPaged && nextCursor !== undefined && { next_cursor: nextCursor }),
  }),
});
