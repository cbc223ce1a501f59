import type { LeaseWaits } from "../leases/lease-waits.js";

// So many at a time, the oldest go first: a caller that crashed never gives its lease back, and its key may not be asked for
// again.
const mostLeases = 100_000;

interface Granted {
  readonly token: string;
  readonly untilMs: number;
}

/** Who computes the value of which key. */
export class Leases {
  readonly #granted = new Map<string, Granted>();
  readonly #random: () => number;
  readonly #waits: LeaseWaits;
  #count = 0;

  /** `waits` hear of each lease that ends before its time. */
  constructor(random: () => number, waits: LeaseWaits) {
    this.#random = random;
    this.#waits = waits;
  }

  /** How long the lease of a key still holds; 0: there is none. */
  leftMs(key: string, nowMs: number): number {
    const granted = this.#granted.get(key);
    return granted === undefined ? 0 : Math.max(0, granted.untilMs - nowMs);
  }

  /** Grants a lease, in place of one that has run out, and answers its token. */
  grant(key: string, untilMs: number): string {
    const token = `${++this.#count}.${Math.floor(this.#random() * 2 ** 32).toString(36)}`;
    this.#granted.delete(key);
    if (this.#granted.size >= mostLeases) this.#granted.delete(this.#granted.keys().next().value as string);
    this.#granted.set(key, { token, untilMs });
    return token;
  }

  /** Whether a token is the one that is granted now. */
  holds(key: string, token: string, nowMs: number): boolean {
    return this.#granted.get(key)?.token === token && this.leftMs(key, nowMs) > 0;
  }

  end(key: string): void {
    if (this.#granted.size > 0) this.#endOf(key);
  }

  #endOf(key: string): void {
    if (this.#granted.delete(key)) this.#waits.ended(key);
  }

  endAll(): void {
    this.#granted.clear();
    this.#waits.endedAll();
  }
}
