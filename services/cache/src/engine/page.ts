import type { Page, Query } from "../store/query.js";
import { sortByCodePoint } from "./code-points.js";

/** The page of a query out of the keys that match it, which it sorts in place. */
export function pageOf(keys: string[], query: Query): Page<string> {
  const { descending, offset, limit = Number.POSITIVE_INFINITY } = query;
  sortByCodePoint(keys);
  if (descending) keys.reverse();
  const end = Math.min(offset + limit, keys.length);
  return { rows: keys.slice(offset, end), totalCount: keys.length, hasMore: end < keys.length };
}
