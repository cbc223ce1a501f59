import type { Call } from "../../call.js";
import type { Limit } from "./limit.js";

/** How much of a limit one value has used. */
export interface Usage {
  /** Calls within the window that ends now; of a shared limit, up to a tenth of the window further back. */
  readonly current: number;
  /** When the next call would be admitted; 0: now. */
  readonly retryAfterMs: number;
}

/** A limit that admits no further call. */
export interface Exceeded extends Usage {
  readonly limit: Limit;
}

/** Counts a call against several limits if all of them admit it, else against none; then it says which to wait for longest. */
export type Take = (call: Call) => Exceeded | undefined | Promise<Exceeded | undefined>;

/**
 * Who counts calls. One in this process answers at once; one that others share answers promises, and may fail or be late:
 * the policy decides what that means for a call.
 */
export interface RateLimiter {
  /** `local`: this process alone, `shared`: all gateways together. For events, and for those who look. */
  readonly name: string;
  /** Called once for each function and change of limits, not per call. No two of the limits agree in scope, key and window. */
  prepare(limits: readonly Limit[]): Take;
  /** Uses nothing up. */
  usage(limit: Limit, value: string): Usage | Promise<Usage>;
  /** Forgets the calls of one value, whatever the window. Other processes may remember them for another tenth of it. */
  reset(scope: string, key: string, value: string): void | Promise<void>;
  /** Forgets values that no window reaches any more, at most so many. Answers how many; 0 where others take care of it. */
  cleanUp(most: number): number;
}
