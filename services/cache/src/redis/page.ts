import type { Entry } from "../store/entry.js";
import type { Page, Query } from "../store/query.js";
import type { Reply } from "./connection.js";
import { entryOf } from "./entry-bytes.js";
import { bytesOfKey, keyOfBytes } from "./key-bytes.js";
import { beyond, prefixRange, type Range } from "./range.js";
import type { RunScript } from "./redis-store.js";
import type { Script } from "./script.js";
import { entriesScript, keysScript, pageScript } from "./scripts/list.js";

/**
 * The rows of a query, fetched in parts so that no script takes long. What changes meanwhile may or may not be seen, as
 * with any paging; a page that fits one part (256 rows, 1 MB, no suffix) is of one moment.
 */
export function pageOf(run: RunScript, query: Query): Promise<Page<Entry>> {
  return query.suffix === undefined || query.suffix === "" ? pageByRank(run, query) : pageBySuffix(run, query);
}

async function pageByRank(run: RunScript, query: Query): Promise<Page<Entry>> {
  const { prefix = "", after, descending, limit = Number.MAX_SAFE_INTEGER } = query;
  const whole = prefixRange(prefix);
  const order = descending ? "desc" : "asc";
  const rows: Entry[] = [];
  let range = after === undefined ? whole : beyond(whole, after, descending);
  let offset = Math.min(query.offset, Number.MAX_SAFE_INTEGER);
  let counts: readonly [number, number] | undefined;
  for (;;) {
    const where = [whole.from, whole.to, range.from, range.to, order, String(offset), String(limit - rows.length)];
    const [total, rest, ...found] = (await ask(run, pageScript, where)) as [number, number, ...Buffer[]];
    counts ??= [total, rest];
    addRows(rows, found);
    const last = rows.at(-1);
    if (found.length === 0 || last === undefined || rows.length >= limit) break;
    if (offset + found.length / 2 >= rest) break;
    range = beyond(whole, last.key, descending);
    offset = 0;
  }
  const [totalCount, reachable] = counts;
  return { rows, totalCount, hasMore: query.offset + limit < reachable };
}

/** No index helps with the end of a key: all keys of the prefix are looked at. */
async function pageBySuffix(run: RunScript, query: Query): Promise<Page<Entry>> {
  const { prefix = "", suffix = "", after, descending, offset, limit = Number.MAX_SAFE_INTEGER } = query;
  const end = Buffer.from(bytesOfKey(suffix));
  const whole = prefixRange(prefix);
  const cursor = after === undefined ? undefined : Buffer.from(bytesOfKey(after));
  const isBeyond = (key: Buffer) =>
    cursor === undefined || (descending ? key.compare(cursor) < 0 : key.compare(cursor) > 0);
  const chosen: Buffer[] = [];
  let totalCount = 0;
  let reachable = 0;
  for await (const key of keysOf(run, whole, descending)) {
    // A suffix that reaches over the start of the prefix is one of the key all the same.
    if (key.length < end.length || !key.subarray(key.length - end.length).equals(end)) continue;
    totalCount += 1;
    if (!isBeyond(key)) continue;
    if (reachable >= offset && reachable < offset + limit) chosen.push(key);
    reachable += 1;
  }
  return { rows: await rowsOf(run, chosen), totalCount, hasMore: offset + limit < reachable };
}

async function* keysOf(run: RunScript, whole: Range, descending: boolean): AsyncGenerator<Buffer> {
  const order = descending ? "desc" : "asc";
  for (let range = whole; ; ) {
    const keys = (await ask(run, keysScript, [range.from, range.to, order])) as readonly Buffer[];
    yield* keys;
    const last = keys.at(-1);
    if (last === undefined) return;
    range = beyond(whole, keyOfBytes(last), descending);
  }
}

async function rowsOf(run: RunScript, keys: readonly Buffer[]): Promise<readonly Entry[]> {
  const rows: Entry[] = [];
  for (let done = 0; done < keys.length; ) {
    const [seen, ...found] = (await run(entriesScript, ...keys.slice(done, done + 256))) as [number, ...Buffer[]];
    addRows(rows, found);
    done += seen;
  }
  return rows;
}

function addRows(rows: Entry[], found: readonly Buffer[]): void {
  for (let i = 0; i < found.length; i += 2) {
    const entry = entryOf(keyOfBytes(found[i] as Buffer), found[i + 1] as Buffer);
    if (entry !== undefined) rows.push(entry);
  }
}

/** Asks until nothing expired is left: each time some of it goes. */
async function ask(run: RunScript, script: Script, args: readonly (string | Buffer)[]): Promise<Reply> {
  for (;;) {
    const reply = await run(script, ...args);
    if (reply !== null) return reply;
  }
}
