import { digest } from "../../digest.js";
import { type TimeBuckets, timeBuckets } from "./time-buckets.js";

/** What is known here of the counts of one value, as long as a bucket lasts: then all is read anew. */
export interface KnownCounts {
  readonly bucket: number;
  /** By bucket, the latest first. Undefined: not asked for yet. */
  earlier: Promise<number[]> | undefined;
  /** Whether no gateway can add to the latest of them any more. */
  isLatestFinal: boolean;
  /** That no further call is admitted, as long as nobody is let start anew. */
  usedUp: UsedUp | undefined;
  /** The name of the counter of a bucket. */
  readonly counter: (bucket: number) => string;
}

interface UsedUp {
  readonly maxRequests: number;
  readonly freedAtMs: number;
}

/** Whose calls a list counts. */
export interface KnownListOptions {
  readonly scope: string;
  readonly key: string;
  readonly windowMs: number;
  /** Values to remember. The one that was longest not heard of goes first. */
  readonly maxValues: number;
}

/** What the names of all counters of a value begin with, whatever the window. Holds no text that came with a call. */
export function counterPrefix(scope: string, key: string, value: string): string {
  return `rate:${digest([scope, key, value])}:`;
}

/** What is known of the values of one limit. Bounded; what is forgotten is read again. */
export class KnownList {
  readonly scope: string;
  readonly key: string;
  readonly buckets: TimeBuckets;
  readonly #windowMs: number;
  readonly #maxValues: number;
  // The first came into its bucket before all others.
  readonly #byValue = new Map<string, KnownCounts>();

  constructor({ scope, key, windowMs, maxValues }: KnownListOptions) {
    this.scope = scope;
    this.key = key;
    this.buckets = timeBuckets(windowMs);
    this.#windowMs = windowMs;
    this.#maxValues = maxValues;
  }

  get size(): number {
    return this.#byValue.size;
  }

  /** Undefined: nothing of this bucket. */
  peek(value: string, bucket: number): KnownCounts | undefined {
    const known = this.#byValue.get(value);
    return known?.bucket === bucket ? known : undefined;
  }

  of(value: string, bucket: number): KnownCounts {
    const known = this.#byValue.get(value);
    if (known?.bucket === bucket) return known;
    this.#byValue.delete(value);
    for (const oldest of this.#byValue.keys()) {
      if (this.#byValue.size < this.#maxValues) break;
      this.#byValue.delete(oldest);
    }
    const counter = known?.counter ?? this.counterOf(value);
    const fresh = { bucket, earlier: undefined, isLatestFinal: false, usedUp: undefined, counter };
    this.#byValue.set(value, fresh);
    return fresh;
  }

  counterOf(value: string): (bucket: number) => string {
    const prefix = `${counterPrefix(this.scope, this.key, value)}${this.#windowMs}:`;
    return (bucket) => prefix + bucket;
  }

  forget(value: string): void {
    this.#byValue.delete(value);
  }

  /** Forgets what is not of this bucket, at most so many. Answers how many. */
  forgetOthers(bucket: number, most: number): number {
    let forgotten = 0;
    for (const [value, known] of this.#byValue) {
      if (forgotten >= most || known.bucket === bucket) break;
      this.#byValue.delete(value);
      forgotten++;
    }
    return forgotten;
  }
}
