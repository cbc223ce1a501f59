import type { Entry } from "./entry.js";

/** What somebody hears who wants a value and would compute it. */
export type Lease =
  | {
      readonly state: "hit";
      /** Absent: the key is known to have no value. */
      readonly entry?: Entry;
    }
  | {
      /** Nobody else computes it; a `set` with the token ends the lease. */
      readonly state: "granted";
      readonly token: string;
      /** What expired, if the store still has it. */
      readonly stale?: Entry;
    }
  | {
      /** Somebody else computes it, for so long at the most. */
      readonly state: "taken";
      readonly leftMs: number;
      readonly stale?: Entry;
    };

export interface LeaseOptions {
  /** After this the next one who asks is granted a lease of his own, and the token is worth nothing. */
  readonly leaseMs: number;
  /** How long to wait while somebody else computes. Absent: not at all. */
  readonly wait?: LeaseWait;
}

export interface LeaseWait {
  readonly waitMs: number;
  /** Fires when nobody waits for the lease any more. */
  readonly signal: AbortSignal;
}
