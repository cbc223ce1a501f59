/** What a handler says of one access to the cache. */
export interface CacheOptions {
  /** Whose entries are meant. Defaults to the default namespace. */
  readonly namespace?: string;
  /** The time it may take; never more than the handler has left. */
  readonly timeoutMs?: number;
}

export interface CacheSetOptions extends CacheOptions {
  /** How long the entry lives; Infinity: for ever. Defaults to what the namespace says. */
  readonly ttlMs?: number;
}

/** What a handler says of a value that is computed where there is none. */
export interface CacheComputeOptions extends Omit<CacheSetOptions, "timeoutMs"> {
  /** How long beyond its life the value is given to those who would wait for a new one. Without it they wait. */
  readonly staleMs?: number;
  /** How long the others leave the computation to one: if he is not done then, the next one begins. Defaults to 10,000. */
  readonly leaseMs?: number;
}

/**
 * The entries of the mesh's cache service, read and written by its public functions: for the caller of the handler, with
 * its trace and within its time. What is not here, `ctx.call("cache.…")` does. Every failure is a WeftError.
 */
export interface CacheEntries {
  /**
   * The value under a key: plain JSON data, bytes as base64 text; undefined: there is no entry. Gets of one turn of the
   * event loop travel together, whichever handlers they come from. It ends with its answer or its time, also when the
   * handler's signal fires meanwhile.
   */
  get<Value = unknown>(key: string, options?: CacheOptions): Promise<Value | undefined>;
  /** The values under these keys, in their order: as if each were got by itself, but it fails if one of them does. */
  getMany<Value = unknown>(keys: readonly string[], options?: CacheOptions): Promise<(Value | undefined)[]>;
  /** Stores plain JSON data. */
  set(key: string, value: unknown, options?: CacheSetOptions): Promise<void>;
  /**
   * The value under a key; where there is none, `compute` makes it, for one of all callers in the mesh who want it at the same
   * time: the others wait for it within their time, or take what is stale. Undefined is remembered too. What `compute`
   * throws is its caller's error alone. Without a cache each computes for himself.
   */
  getOrCompute<Value>(
    key: string,
    compute: () => Promise<Value> | Value,
    options?: CacheComputeOptions,
  ): Promise<Value>;
  /** Answers whether there was an entry. */
  remove(key: string, options?: CacheOptions): Promise<boolean>;
}
