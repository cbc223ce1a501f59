/** How long an entry lives: milliseconds, what the namespace says, what the entry before it had left, or for ever. */
export type Ttl = number | "default" | "keep" | "none";

export interface SetOptions {
  /** Defaults to "default". "keep" is "default" where there is no entry. */
  readonly ttl?: Ttl;
  /** The entry expires earlier if nobody gets it for so long: each get begins this anew. */
  readonly idleMs?: number;
  /** What must hold, or nothing is written. A version stands for "present with this version". */
  readonly condition?: "absent" | "present" | { readonly version: number };
  /** Names under which `removeMatching` finds it. */
  readonly tags?: readonly string[];
  /** Ends the lease it was granted for. Another token than the one that is granted now is refused. */
  readonly leaseToken?: string;
  /** Kept so long beyond its TTL for those who ask for a lease; everybody else sees it as expired. */
  readonly staleMs?: number;
  /** The key is known to have no value: gets find nothing, leases a hit without entry. The value is ignored. */
  readonly known?: "absent";
}

/** `version` is that of the write, or of what stood in its way (0: nothing was there). */
export type SetOutcome =
  | { readonly stored: true; readonly version: number }
  | { readonly stored: false; readonly reason: "present" | "absent" | "version" | "lease"; readonly version: number };

export interface IncrementOptions {
  /** What is counted from if there is no entry. Defaults to 0. */
  readonly initial?: bigint;
  /** For an entry that this creates; one that is there keeps what it has. Defaults to "default". */
  readonly ttl?: Exclude<Ttl, "keep">;
}

export interface Incremented {
  readonly value: bigint;
  readonly version: number;
}

/** A new TTL from now on, so much more or less of the present one, or none and no idle limit either. */
export type TtlChange = { readonly ttlMs: number } | { readonly addMs: number } | "persist";

export interface TtlOutcome {
  /** Milliseconds until it expires if nobody touches it. Absent: it never does. */
  readonly leftMs?: number;
  /** Each get makes it live longer. */
  readonly isSliding?: true;
}
