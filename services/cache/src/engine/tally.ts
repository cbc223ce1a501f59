import type { Logger } from "@weft/core";
import type { Removals } from "../store/stats.js";
import { LimitWatch } from "./near-limit.js";

export interface Limits {
  readonly namespace: string;
  readonly capacity: number;
  readonly maxBytes: number;
}

/** How many entries and bytes a table holds, and what has gone; tells when it comes near a limit. */
export class Tally {
  readonly #entryWatch: LimitWatch;
  readonly #byteWatch: LimitWatch;
  size = 0;
  bytes = 0;
  refusals = 0;
  readonly gone: { -readonly [Cause in keyof Removals]: number } = {
    remove: 0,
    evict: 0,
    expire: 0,
    clear: 0,
    overwrite: 0,
  };

  constructor({ namespace, capacity, maxBytes }: Limits, logger: Logger | undefined) {
    this.#entryWatch = new LimitWatch({ namespace, limit: "entries", max: capacity }, logger);
    this.#byteWatch = new LimitWatch({ namespace, limit: "bytes", max: maxBytes }, logger);
  }

  /** An entry has taken the place of another one under its key. */
  overwritten(more: number): void {
    this.gone.overwrite += 1;
    this.bytes += more;
  }

  seeLimits(): void {
    this.#entryWatch.see(this.size);
    this.#byteWatch.see(this.bytes);
  }
}
