import { type Channel, channel } from "node:diagnostics_channel";
import type { Logger } from "@weft/core";

/** What is told when a store comes near a limit. */
export interface NearLimit {
  /** Empty for the default one. */
  readonly namespace: string;
  readonly limit: "entries" | "bytes";
  readonly used: number;
  readonly max: number;
}

/** Published on the diagnostics channel of this name. */
export const nearLimitEvent = channel("weft.cache.near_limit") as Channel<unknown, NearLimit>;

const nearShare = 0.9;
// So far it must fall before it is told again: what goes up and down around 90 % is told once.
const clearShare = 0.8;

/** Tells once, by an event and a log line, that 90 % of a limit are used. */
export class LimitWatch {
  readonly #about: Omit<NearLimit, "used">;
  readonly #logger: Logger | undefined;
  #isTold = false;
  /** The next value that matters; on which side is as `isTold` says. */
  #threshold: number;

  /** A limit of Infinity is never near. */
  constructor(about: Omit<NearLimit, "used">, logger: Logger | undefined) {
    this.#about = about;
    this.#logger = logger;
    this.#threshold = about.max * nearShare;
  }

  /** So much is used now. */
  see(used: number): void {
    if (used >= this.#threshold !== this.#isTold) this.#cross(used);
  }

  #cross(used: number): void {
    this.#isTold = !this.#isTold;
    this.#threshold = this.#about.max * (this.#isTold ? clearShare : nearShare);
    if (!this.#isTold) return;
    const near = { ...this.#about, used };
    this.#logger?.warn({ event: "cache.near_limit", ...near }, `cache uses ${used} of ${near.max} ${near.limit}`);
    if (nearLimitEvent.hasSubscribers) nearLimitEvent.publish(near);
  }
}
