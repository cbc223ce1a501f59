import type { WeftError } from "@weft/core";
import type { CallResult } from "../../pipeline.js";

/** How a call ended that must not run twice, and what it was called with. */
export interface KeptOutcome {
  readonly fingerprint: string;
  readonly end: CallResult | WeftError;
}

export interface KeptOutcomesLimits {
  readonly keepMs: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry extends KeptOutcome {
  readonly untilMs: number;
  readonly bytes: number;
}

// A result's own objects, its digest and its place in the map, roughly.
const overheadBytes = 400;

/** Outcomes by key, each for the same time. Beyond the limits the oldest goes. Pure: time comes from outside. */
export class KeptOutcomes {
  readonly #limits: KeptOutcomesLimits;
  readonly #entries = new Map<string, Entry>(); // in the order of their ends
  #bytes = 0;

  constructor(limits: KeptOutcomesLimits) {
    this.#limits = limits;
  }

  get(key: string, nowMs: number): KeptOutcome | undefined {
    this.#forget(nowMs);
    return this.#entries.get(key);
  }

  /** The key must not be there. */
  keep(key: string, { fingerprint, end }: KeptOutcome, nowMs: number): void {
    const own = "json" in end ? { json: end.json.slice(), node: end.node } : end; // not a part of something larger
    const bytes = overheadBytes + key.length + ("json" in own ? own.json.length : own.message.length);
    this.#entries.set(key, { fingerprint, end: own, untilMs: nowMs + this.#limits.keepMs, bytes });
    this.#bytes += bytes;
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    const { maxEntries, maxBytes } = this.#limits;
    for (const [key, { untilMs, bytes }] of this.#entries) {
      if (untilMs > nowMs && this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
      this.#entries.delete(key);
      this.#bytes -= bytes;
    }
  }
}
