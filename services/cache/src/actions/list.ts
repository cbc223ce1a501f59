import { defineAction } from "./action.js";
import { dataOf } from "./content.js";
import { choice, optionalCount, optionalText } from "./field.js";
import { filterOf } from "./filter.js";

export const list = defineAction({
  name: "list",
  summary: "The live entries by key, in code point order, filtered and in pages",
  idempotent: true,
  fields: {
    filter_type: choice(["none", "prefix", "suffix", "pattern"], "How keys are chosen"),
    filter_value: optionalText("What keys start or end with, if filter_prefix or filter_suffix does not say"),
    filter_prefix: optionalText("What keys start with, for prefix and pattern"),
    filter_suffix: optionalText("What keys end with, for suffix and pattern"),
    order: choice(["asc", "desc"], "The order of the keys"),
    limit: optionalCount("Most items to answer; without it all of them"),
    offset: optionalCount("Items to leave out at the start (default 0)"),
  },
  async run(store, input) {
    const { order, limit, offset = 0 } = input;
    const filter = filterOf(input);
    await store.cleanup();
    const page = await store.list({ ...filter, descending: order === "desc", offset, limit });
    return { ...page, offset, limit };
  },
  reply: ({ rows, totalCount, offset, limit, hasMore }) => ({
    success: true,
    items: rows.map(({ key, value }) => ({ key, value: dataOf(value) })),
    total_count: totalCount,
    offset,
    limit: limit ?? null,
    has_more: hasMore,
  }),
});
