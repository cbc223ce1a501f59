import { Outage } from "./outage.js";

const firstMs = 1_000;
const longestMs = 30_000;
const mostDoubts = 2;

/**
 * Whether a node is left out for now because it could not be reached: out for 1 s, doubling to 30 s while it keeps
 * failing, then tried by one call at a time, in again after one answer. Pure: time comes from outside.
 */
export class Ejection {
  readonly #outage: Outage;
  readonly #onMove: (isOut: boolean) => void;
  #nextMs = firstMs;
  #doubts = 0;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  /** `onMove` hears when the node is taken out, and when it has proved to be back; `onChange` of the probes as well. */
  constructor(onMove: (isOut: boolean) => void = () => {}, onChange: () => void = () => {}) {
    this.#onMove = onMove;
    this.#outage = new Outage(onChange);
  }

  /** True from the failure to the answer that ends it, also while a call may try. */
  get isOut(): boolean {
    return this.#outage.isOn;
  }

  /** Until a call may go there, in milliseconds; 0: now. */
  waitMs(nowMs: number): number {
    return this.#outage.waitMs(nowMs);
  }

  isEjected(nowMs: number): boolean {
    return this.waitMs(nowMs) > 0;
  }

  /** True if nobody had an answer since. */
  isSilentSince(sinceMs: number): boolean {
    return this.#answeredAtMs < sinceMs;
  }

  /** A call goes there now. */
  started(nowMs: number): void {
    if (this.#outage.isOn) this.#outage.probe(nowMs);
  }

  /** The connection failed. */
  failed(nowMs: number): void {
    // Calls that were under way when the connection broke count once.
    if (this.#outage.isOn && !this.#outage.isProbed && this.isEjected(nowMs)) return;
    const wasOut = this.#outage.isOn;
    this.#outage.begin(nowMs, this.#nextMs);
    this.#nextMs = Math.min(longestMs, this.#nextMs * 2);
    this.#doubts = 0;
    if (!wasOut) this.#onMove(true);
  }

  /** Something went wrong that one call may meet by chance: two in a row count as a failure. */
  doubted(nowMs: number): void {
    this.#doubts++;
    if (this.#doubts >= mostDoubts || this.#outage.isProbed) this.failed(nowMs);
  }

  /** The node answered, whatever it said. */
  succeeded(nowMs: number): void {
    this.#answeredAtMs = nowMs;
    this.#doubts = 0;
    if (this.#outage.isOn) this.forget();
  }

  /** Starts over with a node that has not failed. */
  forget(): void {
    this.#doubts = 0;
    this.#nextMs = firstMs;
    if (!this.#outage.isOn) return;
    this.#outage.end();
    this.#onMove(false);
  }

  /** A call ended that says nothing of the node. */
  released(): void {
    if (this.#outage.isProbed) this.#outage.release();
  }
}
