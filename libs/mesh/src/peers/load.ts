import { Code, type WeftError } from "@weft/core";
import { isNodeFailure } from "./failure.js";

// How long a slow answer is remembered: after this time it counts for a third.
const memoryMs = 10_000;

// A failure counts as an answer this slow, however fast it came: a node that refuses at once must not look quick.
const failureMs = 1_000;

/**
 * How fast a node answers: its latency as a moving average that rises at once and falls slowly (peak EWMA). It falls
 * while nobody asks too, so that a node which was slow gets another chance. Pure: time comes from outside.
 * Source: Finagle, https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-least-loaded
 */
export class Load {
  /** True once an attempt has ended here. */
  isMeasured = false;
  #peakMs = 0;
  #atMs = 0;

  /** To be called when an attempt on this node is over. */
  settled(elapsedMs: number, error: WeftError | undefined, nowMs: number): void {
    const weight = this.#remembered(nowMs);
    const before = this.#peakMs * weight;
    // An error raises the average or leaves it: a node does not become attractive by refusing.
    if (error === undefined) this.#peakMs = Math.max(elapsedMs, before + elapsedMs * (1 - weight));
    else this.#peakMs = Math.max(before, isOverload(error) ? Math.max(elapsedMs, failureMs) : elapsedMs);
    this.#atMs = nowMs;
    this.isMeasured = true;
  }

  /** Expected latency in milliseconds; 0 before the first measurement. */
  ewmaMs(nowMs: number): number {
    return this.#peakMs * this.#remembered(nowMs);
  }

  #remembered(nowMs: number): number {
    return Math.exp((this.#atMs - nowMs) / memoryMs);
  }
}

function isOverload(error: WeftError): boolean {
  return error.code === Code.ResourceExhausted || isNodeFailure(error);
}
