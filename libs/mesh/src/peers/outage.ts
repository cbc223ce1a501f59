// A last candidate is never left out for longer: callers prefer a likely failure to a certain one.
const longestForLastMs = 1_000;

/** True as long as nobody may try again what failed at `sinceMs`. */
export function isCoolingDown(sinceMs: number, nowMs: number, cooldownMs: number): boolean {
  return nowMs - sinceMs < cooldownMs;
}

/**
 * Something that failed, and is left alone for a while; then one call at a time tries it, until one succeeds or fails.
 * Pure: time comes from outside.
 */
export class Outage {
  readonly #onChange: () => void;
  #isOn = false;
  #isProbed = false;
  /** The failure, or the start of the probe under way. */
  #sinceMs = 0;
  #cooldownMs = 0;

  /** `onChange` hears of everything that may change who has to wait, but for the time that passes. */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get isProbed(): boolean {
    return this.#isProbed;
  }

  begin(nowMs: number, cooldownMs: number): void {
    this.#isOn = true;
    this.#isProbed = false;
    this.#sinceMs = nowMs;
    this.#cooldownMs = cooldownMs;
    this.#onChange();
  }

  end(): void {
    this.#isOn = false;
    this.#isProbed = false;
    this.#onChange();
  }

  /** Until a call may go, in milliseconds; 0: now. Infinity: not before the probe under way has ended. */
  waitMs(nowMs: number, isLast = false): number {
    if (!this.#isOn) return 0;
    if (this.#isProbed && !isLast) return Number.POSITIVE_INFINITY;
    const cooldownMs = isLast ? this.#cooldownForLast() : this.#cooldownMs;
    return isCoolingDown(this.#sinceMs, nowMs, cooldownMs) ? this.#sinceMs + cooldownMs - nowMs : 0;
  }

  /** A call goes there now. True if that makes it a probe, whose end must be told. */
  probe(nowMs: number): boolean {
    if (!this.#isOn) return false;
    this.#isProbed = true;
    this.#sinceMs = nowMs;
    this.#onChange();
    return true;
  }

  /** The probe ended without having found out anything: the next call is one. */
  release(): void {
    this.#isProbed = false;
    this.#cooldownMs = 0;
    this.#onChange();
  }

  // A probe that hangs must not keep out the others: they follow at the same pace.
  #cooldownForLast(): number {
    return this.#isProbed ? longestForLastMs : Math.min(longestForLastMs, this.#cooldownMs);
  }
}
