const firstMs = 1_000;
const longestMs = 30_000;

/**
 * Whether a node is left out for now because its connection failed: out for 1 s, doubling to 30 s while it keeps
 * failing, in again after one success. Pure: time comes from outside.
 */
export class Ejection {
  #untilMs = 0;
  #nextMs = firstMs;

  isEjected(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  failed(nowMs: number): void {
    if (this.isEjected(nowMs)) return; // calls that were under way when the connection broke count once
    this.#untilMs = nowMs + this.#nextMs;
    this.#nextMs = Math.min(longestMs, this.#nextMs * 2);
  }

  succeeded(): void {
    this.#untilMs = 0;
    this.#nextMs = firstMs;
  }
}
