import { Code, Reason, WeftError } from "@weft/core";
import type { Identity } from "../../call.js";
import type { Connection } from "../../connection.js";

/** Who somebody is, and until when that may be said of him. */
export interface Authenticated {
  readonly identity: Identity;
  /** In wall time; Infinity: for as long as the connection lasts. */
  readonly expiresAt: number;
}

/** One way to prove who one is. */
export interface Way {
  /** For logs and explanations. */
  readonly name: string;
  /**
   * Looks for credentials of its kind: undefined if there are none. Throws what `badCredentials` makes if they are bad,
   * and AUTH_UNAVAILABLE if that cannot be said now. A promise only where it has to wait.
   */
  authenticate(connection: Connection): Authenticated | undefined | Promise<Authenticated | undefined>;
}

/** The same answer for all that can be wrong with credentials. `problem` is for the log: no part of the credentials. */
export function badCredentials(problem: string): WeftError {
  return new WeftError(Code.Unauthenticated, "invalid credentials", {
    reason: Reason.Unauthenticated,
    cause: problem,
  });
}
