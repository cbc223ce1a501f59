import { optionalCount } from "../actions/number-fields.js";
import { isBefore } from "../engine/key-order/code-points.js";
import { type Across, present, type Reply } from "./across.js";
import { skip } from "./skip.js";

interface Item {
  readonly key: string;
}

const count = optionalCount("");
const countIn = (raw: Reply, name: string) => {
  const given = raw[name];
  return given === undefined || given === null ? undefined : count.read(given, name, "list", raw);
};

/** The pages of all nodes as one page, in the order of keys. */
export const mergeLists: Across = async (raw, nodes) => {
  const offset = countIn(raw, "offset") ?? 0;
  const limit = countIn(raw, "limit") ?? Number.POSITIVE_INFINITY;
  const isBeforeIn = orderOf(raw);
  const starts = await skip(offset, raw, { nodes, isBefore: isBeforeIn });
  const pages = await nodes.ask((place) => ({ ...raw, offset: starts[place] as number }));
  return mergedPage(
    raw,
    { offset, limit },
    present(nodes, pages).map(({ reply }) => reply),
    isBeforeIn,
  );
};

function orderOf({ order }: Reply): (a: string, b: string) => boolean {
  return order === "desc" ? (a, b) => isBefore(b, a) : isBefore;
}

function mergedPage(
  raw: Reply,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  pages: readonly Reply[],
  isBeforeIn: (a: string, b: string) => boolean,
): Reply {
  const all = pages.flatMap(({ items }) => items as readonly Item[]).sort(byKey(isBeforeIn));
  // Where a key has moved to another node, its old entry may still be on the one before.
  const keys = all.filter(({ key }, place) => key !== all[place - 1]?.key);
  const items = keys.slice(0, limit);
  const hasMore = keys.length > items.length || pages.some(({ has_more }) => has_more === true);
  const nextCursor = hasMore ? items.at(-1)?.key : undefined;
  const isPaged = raw.details === true || typeof raw.cursor === "string";
  return {
    success: true,
    items,
    total_count: pages.reduce((sum, { total_count }) => sum + (total_count as number), 0),
    offset,
    limit: limit === Number.POSITIVE_INFINITY ? null : limit,
    has_more: hasMore,
    ...(isPaged && nextCursor !== undefined && { next_cursor: nextCursor }),
  };
}

function byKey(isBeforeIn: (a: string, b: string) => boolean): (a: Item, b: Item) => number {
  return (a, b) => (isBeforeIn(a.key, b.key) ? -1 : isBeforeIn(b.key, a.key) ? 1 : 0);
}
