import type { Feed } from "./feed.js";

/** A copy of an entry, or of the knowledge that there is none. */
export interface Copy<Value> {
  readonly key: string;
  readonly value: Value;
  /** What it takes, beside its key. */
  readonly bytes: number;
  /** On the monotonic clock. */
  readonly endsAt: number;
  /** What tells of its changes. */
  readonly feed: Feed;
}

export interface CopiesOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** A copy between its neighbours in the order of use. */
interface Link<Value> extends Copy<Value> {
  older: Link<Value> | undefined;
  newer: Link<Value> | undefined;
}

// The object of a copy and its place in the map, about.
const overheadBytes = 160;

/** Copies by key, within limits: the one that was used least recently goes first. */
export class Copies<Value> {
  readonly #links = new Map<string, Link<Value>>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #oldest: Link<Value> | undefined;
  #newest: Link<Value> | undefined;
  #bytes = 0;

  constructor({ maxEntries, maxBytes }: CopiesOptions) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#links.size;
  }

  /** Keys, values and overhead. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Does not count as use. */
  find(key: string): Copy<Value> | undefined {
    return this.#links.get(key);
  }

  /** Makes a copy that is here the most recent. */
  touch(copy: Copy<Value>): void {
    if (this.#newest === copy) return;
    const link = copy as Link<Value>;
    this.#unlink(link);
    this.#append(link);
  }

  /** In place of what was there. A copy larger than the limit is left out. */
  keep({ key, value, bytes, endsAt, feed }: Copy<Value>): void {
    this.drop(key);
    const link: Link<Value> = { key, value, bytes, endsAt, feed, older: undefined, newer: undefined };
    if (sizeOf(link) > this.#maxBytes) return;
    this.#links.set(key, link);
    this.#append(link);
    this.#bytes += sizeOf(link);
    while (this.#oldest !== undefined && (this.#links.size > this.#maxEntries || this.#bytes > this.#maxBytes))
      this.drop(this.#oldest.key);
  }

  /** Whether there was one. */
  drop(key: string): boolean {
    const link = this.#links.get(key);
    if (link === undefined) return false;
    this.#links.delete(key);
    this.#unlink(link);
    this.#bytes -= sizeOf(link);
    return true;
  }

  /** Drops what this feed tells of, and answers how many that were. */
  dropOf(feed: Feed): number {
    const before = this.#links.size;
    for (const { key, feed: own } of this.#links.values()) if (own === feed) this.drop(key);
    return before - this.#links.size;
  }

  clear(): void {
    this.#links.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
  }

  #append(link: Link<Value>): void {
    link.older = this.#newest;
    link.newer = undefined;
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
  }

  #unlink({ older, newer }: Link<Value>): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}

function sizeOf({ key, bytes }: Copy<unknown>): number {
  return 2 * key.length + bytes + overheadBytes;
}
