/** Why entries went. */
export interface Removals {
  readonly remove: number;
  readonly evict: number;
  readonly expire: number;
  readonly clear: number;
  /** Another value took their place. */
  readonly overwrite: number;
}

/** The counters run from start and are never reset. */
export interface StoreStats {
  /** Entries, with those that have expired and that nothing has touched since. */
  readonly size: number;
  readonly capacity: number;
  readonly totalGets: number;
  readonly totalHits: number;
  readonly totalMisses: number;
  /** Writes that were stored, increments among them. */
  readonly totalSets: number;
  readonly totalRemoves: number;
  readonly removals: Removals;
  /** Writes that found no room. */
  readonly refusals: number;
  /** Keys, values and overhead of all entries. */
  readonly bytesUsed: number;
  /** 0: none. */
  readonly bytesLimit: number;
  /** Of the last change. */
  readonly sequence: number;
  /** The keys that are got most, with an estimate of how often, most first; of a sample. */
  readonly hotKeys: readonly { readonly key: string; readonly gets: number }[];
  /** The keys whose entries take most bytes, most first. */
  readonly largestKeys: readonly { readonly key: string; readonly bytes: number }[];
}
