import type { WeftError } from "@weft/core";
import type { CallResult } from "../pipeline.js";

/** How a call ended. */
export type End = CallResult | WeftError;

export interface KeptOutcomesLimits {
  readonly keepMs: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry<Outcome> {
  readonly outcome: Outcome;
  readonly untilMs: number;
  readonly bytes: number;
}

// A result's own objects, its digest and its place in the map, roughly.
const overheadBytes = 400;

/** Outcomes by key, each for the same time. Beyond the limits the oldest goes. Pure: time comes from outside. */
export class KeptOutcomes<Outcome extends { readonly end: End }> {
  readonly #limits: KeptOutcomesLimits;
  readonly #entries = new Map<string, Entry<Outcome>>(); // in the order of their ends
  #bytes = 0;

  constructor(limits: KeptOutcomesLimits) {
    this.#limits = limits;
  }

  get(key: string, nowMs: number): Outcome | undefined {
    this.#forget(nowMs);
    return this.#entries.get(key)?.outcome;
  }

  /** In place of what is kept under the key. */
  keep(key: string, outcome: Outcome, nowMs: number): void {
    const { end } = outcome;
    const own = "json" in end ? { json: end.json.slice(), node: end.node } : end; // not a part of something larger
    const bytes = overheadBytes + key.length + ("json" in own ? own.json.length : own.message.length);
    this.remove(key);
    this.#entries.set(key, { outcome: { ...outcome, end: own }, untilMs: nowMs + this.#limits.keepMs, bytes });
    this.#bytes += bytes;
    this.#forget(nowMs);
  }

  remove(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }

  #forget(nowMs: number): void {
    const { maxEntries, maxBytes } = this.#limits;
    for (const [key, { untilMs }] of this.#entries) {
      if (untilMs > nowMs && this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
      this.remove(key);
    }
  }
}
