import { type Clock, Code, systemClock, WeftError } from "@weft/core";
import { Copies } from "./copies.js";
import { createFeed, type Feed } from "./feed.js";
import { type NearCacheLimits, nearCacheLimits } from "./limits.js";
import { type SharedFetch, shareFetch, type Wait } from "./shared-fetch.js";
import type { EntryChange, OpenWatch } from "./watch-message.js";

/** What the cache answered. */
export interface Fetched<Value> {
  /** Handed to every caller as it is, so nobody may change it. */
  readonly value: Value;
  /** What it takes in memory, about. */
  readonly bytes: number;
  /** How long it may be kept, counted from when it was asked for; 0: not at all, Infinity: as long as any other. */
  readonly keepMs: number;
  /** The name of the watch that tells of its changes. Of one that is not followed: the value is not kept. */
  readonly watch: string;
}

export interface NearCacheOptions<Value> extends NearCacheLimits {
  /** Asks the cache. The signal fires when nobody waits for the answer any more. */
  readonly fetch: (key: string, signal: AbortSignal) => Promise<Fetched<Value>>;
  /** Keys that begin with one of these are watched; others are never kept. Defaults to all. */
  readonly prefixes?: readonly string[] | undefined;
  readonly clock?: Clock | undefined;
  /** Draws from [0, 1), for the waits between watches. */
  readonly random?: (() => number) | undefined;
}

/** Counters since the start, and what there is now. */
export interface NearCacheStats {
  /** Gets that a copy answered. */
  readonly hits: number;
  /** Gets that waited for the cache. */
  readonly misses: number;
  /** Copies that went because their entry changed. */
  readonly invalidations: number;
  /** How often all copies of a watch went, since changes were lost. */
  readonly flushes: number;
  readonly entries: number;
  /** Of keys, values and overhead, as they are accounted. */
  readonly bytes: number;
}

/**
 * Copies of entries in this process, given as long as a live watch vouches for them: once it has told of a change, no get
 * that begins later answers what was there before. While a watch is not live, every get asks the cache itself.
 */
export interface NearCache<Value> {
  /**
   * The copy, or else what the cache answers. Gets of the same key at the same time share one fetch and its error; each
   * ends its own wait. Throws CANCELLED, DEADLINE_EXCEEDED TIMEOUT, FAILED_PRECONDITION after `close`, and what `fetch` throws.
   */
  get(key: string, wait?: Wait): Promise<Value>;
  /** Drops the copy, and what is being fetched now is not kept: for who has written the entry, before he says so. */
  forget(key: string): void;
  /** The same for all entries. */
  forgetAll(): void;
  /** Follows a watch; the answer ends that and drops its copies. Throws for a name that is taken. */
  follow(name: string, open: OpenWatch): () => void;
  readonly stats: NearCacheStats;
  /** Ends all watches and drops all copies. Gets under way go on to their end. */
  close(): void;
}

/** An empty near cache, which keeps nothing until it follows a watch. */
export function createNearCache<Value>(options: NearCacheOptions<Value>): NearCache<Value> {
  const { fetch, prefixes = [], clock = systemClock, random = Math.random } = options;
  const { maxEntries, maxBytes, maxAgeMs, ...feedLimits } = nearCacheLimits(options);
  const copies = new Copies<Value>({ maxEntries, maxBytes });
  // Those that began while every watch was live, and whose keys have not changed since.
  const fetches = new Map<string, SharedFetch<Value>>();
  const watches = new Map<string, Feed>();
  let isClosed = false;
  let hits = 0;
  let misses = 0;
  let invalidations = 0;
  let flushes = 0;

  const isWatched = (key: string) => prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix));

  function areLive(nowMs: number): boolean {
    for (const feed of watches.values()) if (!feed.isLive(nowMs)) return false;
    return watches.size > 0;
  }

  function forget(key: string): void {
    fetches.delete(key);
    if (copies.drop(key)) invalidations++;
  }

  function forgetAll(): void {
    fetches.clear();
    invalidations += copies.size;
    copies.clear();
  }

  function forgetOf(feed: Feed): number {
    fetches.clear(); // whose entries they are is not known yet
    return copies.dropOf(feed);
  }

  /** Keeps what was fetched, unless a change has come meanwhile or could have been missed. */
  function keep(key: string, { value, bytes, keepMs, watch }: Fetched<Value>, beganAt: number): void {
    const feed = watches.get(watch);
    const endsAt = beganAt + Math.min(keepMs, maxAgeMs);
    const now = clock.now();
    if (feed?.isLive(now) && now < endsAt) copies.keep({ key, value, bytes, endsAt, feed });
  }

  function startFetch(key: string, beganAt: number, isShared: boolean): SharedFetch<Value> {
    const own: SharedFetch<Value> = shareFetch(async (signal) => {
      let fetched: Fetched<Value> | undefined;
      try {
        fetched = await fetch(key, signal);
        return fetched.value;
      } finally {
        if (fetches.get(key) === own) {
          fetches.delete(key);
          if (fetched !== undefined) keep(key, fetched, beganAt);
        }
      }
    }, clock);
    if (isShared) fetches.set(key, own);
    return own;
  }

  return {
    get(key, wait = {}) {
      if (isClosed) return Promise.reject(new WeftError(Code.FailedPrecondition, "near cache is closed"));
      const now = clock.now();
      const copy = copies.find(key);
      if (copy !== undefined && now < copy.endsAt && copy.feed.isLive(now)) {
        hits++;
        copies.touch(copy);
        return Promise.resolve(copy.value);
      }
      misses++;
      // Without a live watch nobody knows whether a fetch that is under way began before a change.
      const isShared = isWatched(key) && areLive(now);
      const known = isShared ? fetches.get(key) : undefined;
      const joined = known === undefined || known.isAbandoned ? startFetch(key, now, isShared) : known;
      return joined.join(wait);
    },
    forget,
    forgetAll,
    follow(name, open) {
      if (watches.has(name)) throw new Error(`watch "${name}" is followed already`);
      const onChange = ({ key }: EntryChange) => {
        if (key === undefined) invalidations += forgetOf(feed);
        else forget(key);
      };
      const onGap = () => {
        flushes++;
        forgetOf(feed);
      };
      const onLive = () => fetches.clear(); // of what happened before, nothing was told
      const feed = createFeed({ ...feedLimits, open, onChange, onGap, onLive, clock, random });
      watches.set(name, feed);
      return () => {
        feed.close();
        if (watches.get(name) !== feed) return;
        watches.delete(name);
        forgetOf(feed);
      };
    },
    get stats() {
      return { hits, misses, invalidations, flushes, entries: copies.size, bytes: copies.bytes };
    },
    close() {
      isClosed = true;
      for (const feed of watches.values()) feed.close();
      watches.clear();
      forgetAll();
    },
  };
}
