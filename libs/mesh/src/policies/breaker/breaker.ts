import { Outage } from "../../peers/outage.js";
import { RecentShare } from "../../peers/recent-share.js";

const inARow = 5;
const atLeast = 20;
const cooldownMs = 5_000;

/** What a call says of the function on that node; unknown: nothing. */
export type Verdict = "succeeded" | "failed" | "unknown";

/** closed: calls go there. open: none does. half_open: one at a time, to find out. */
export type BreakerState = "closed" | "open" | "half_open";

/**
 * The breaker of one function on one node: opens after 5 failures in a row, or when half of at least 20 calls of the
 * last 10 s failed; 5 s later one call at a time goes through, until one succeeds or fails. Pure: time comes from
 * outside.
 */
export class Breaker {
  readonly #outage: Outage;
  readonly #recent = new RecentShare();
  #failures = 0;

  /** `onChange` hears of everything that may change who has to wait, but for the time that passes. */
  constructor(onChange?: () => void) {
    this.#outage = new Outage(onChange);
  }

  get isOpen(): boolean {
    return this.#outage.isOn;
  }

  state(nowMs: number): BreakerState {
    if (!this.#outage.isOn) return "closed";
    return this.#outage.isProbed || this.#outage.waitMs(nowMs) === 0 ? "half_open" : "open";
  }

  /** Until a call may go, in milliseconds; 0: now. `isLast`: there is nowhere else to go. */
  waitMs(nowMs: number, isLast = false): number {
    return this.#outage.waitMs(nowMs, isLast);
  }

  /** A call goes there now. True if it is the one that tries, as `settled` must be told. */
  started(nowMs: number): boolean {
    return this.#outage.probe(nowMs);
  }

  /** The call is over. Answers what that changed, if anything. */
  settled(verdict: Verdict, nowMs: number, isProbe: boolean): "opened" | "closed" | undefined {
    if (this.#outage.isOn) return isProbe ? this.#probed(verdict, nowMs) : undefined; // others began before it opened
    if (verdict === "unknown") return undefined;
    this.#failures = verdict === "failed" ? this.#failures + 1 : 0;
    this.#recent.add(nowMs, 1, verdict === "failed" ? 1 : 0);
    if (verdict !== "failed" || !this.#isTooMuch(nowMs)) return undefined;
    this.#outage.begin(nowMs, cooldownMs);
    return "opened";
  }

  /** Closes it by hand. True if it was open. */
  reset(): boolean {
    const wasOpen = this.#outage.isOn;
    this.#outage.end();
    this.#failures = 0;
    this.#recent.clear();
    return wasOpen;
  }

  #probed(verdict: Verdict, nowMs: number): "closed" | undefined {
    if (verdict === "succeeded") {
      this.reset();
      return "closed";
    }
    if (verdict === "failed") this.#outage.begin(nowMs, cooldownMs);
    else this.#outage.release();
    return undefined;
  }

  #isTooMuch(nowMs: number): boolean {
    if (this.#failures >= inARow) return true;
    const calls = this.#recent.all(nowMs);
    return calls >= atLeast && this.#recent.part(nowMs) * 2 >= calls;
  }
}
