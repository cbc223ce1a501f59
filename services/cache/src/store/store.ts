import type { Awaitable } from "./awaitable.js";
import type { ChangeListener } from "./change.js";
import type { Entry } from "./entry.js";
import type { Lease, LeaseOptions } from "./lease.js";
import type { Page, Query } from "./query.js";
import type { StoreStats } from "./stats.js";
import type { StoredValue } from "./stored-value.js";
import type { Incremented, IncrementOptions, SetOptions, SetOutcome, TtlChange, TtlOutcome } from "./write.js";

/**
 * The entries of one namespace. An entry is expired once more than its TTL has passed since its write; an expired one is
 * never seen, but counts in `size` until something touches or reclaims it. Each operation is atomic. A store in memory
 * answers at once unless the work may come in slices; another one answers with promises.
 */
export interface Store {
  /**
   * Writes an entry as the most recent. Throws INVALID_ARGUMENT for a key or an entry over its limit, and
   * RESOURCE_EXHAUSTED if there is no room and nothing may go for it; either way what was there stays.
   */
  set(key: string, value: StoredValue, options?: SetOptions): Awaitable<SetOutcome>;
  /** Reads an entry and makes it the most recent. Counts as a get. */
  get(key: string): Awaitable<Entry | undefined>;
  /** The same for who needs the value alone: for a store in memory that is less work. */
  value(key: string): Awaitable<StoredValue | undefined>;
  /** Tells whether there is an entry. Counts as a get and leaves the order alone. */
  has(key: string): Awaitable<boolean>;
  /** Removes an entry, if it has this version; false if there was none. Ends a lease for the key too. */
  remove(key: string, ifVersion?: number): Awaitable<boolean>;
  /** Removes all entries and answers how many there were, expired ones included. Ends all leases. */
  clear(): Awaitable<number>;
  /** Removes what has expired, also while it is at it, and answers how many that were. Never blocks for more than 2 ms. */
  cleanup(): Awaitable<number>;
  /** The live entries that a query asks for. Changes neither order nor counters. */
  list(query: Query): Awaitable<Page<Entry>>;
  stats(): Awaitable<StoreStats>;
  /**
   * Adds to an integer of 64 bits, held as JSON; a negative number takes away. Counts as a set. Throws FAILED_PRECONDITION
   * if something else is there, OUT_OF_RANGE if the sum has more bits, and what `set` throws.
   */
  increment(key: string, by: bigint, options?: IncrementOptions): Awaitable<Incremented>;
  /** What an entry has left; undefined: there is none. Counts nothing and touches nothing. */
  ttl(key: string): Awaitable<TtlOutcome | undefined>;
  /**
   * Changes when an entry expires, not its version. An entry that never expires has nothing to add to; one that has
   * nothing left expires at once, which is `leftMs` 0.
   */
  changeTtl(key: string, change: TtlChange): Awaitable<TtlOutcome | undefined>;
  /** Removes the entries under a prefix or a tag and answers how many. Never blocks for more than 2 ms. */
  removeMatching(what: { readonly prefix: string } | { readonly tag: string }): Awaitable<number>;
  /**
   * Reads an entry, or else lets one caller at a time compute it. Counts as a get, and a hit touches. A write, a removal or
   * a clear in between ends the lease, so that what was computed from older facts is refused. Who waits is answered as soon
   * as there is a value, or his turn comes to compute it, in the order of asking. Then it rejects with the signal's reason.
   */
  lease(key: string, options: LeaseOptions): Awaitable<Lease>;
  /** Gives a lease back without a value; false if it had ended. */
  release(key: string, token: string): Awaitable<boolean>;
  /** Tells every change of the namespace; the answer ends it. */
  watch(listener: ChangeListener): () => void;
  /** Ends what the store has to the outside. */
  close?(): Promise<void>;
}
