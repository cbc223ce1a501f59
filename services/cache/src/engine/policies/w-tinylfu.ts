import type { SlotOrder } from "../frozen-order.js";
import { hashOf } from "../key-index/hash-of.js";
import { SlotLists } from "../slot-lists.js";
import { widen } from "../widen.js";
import type { EvictionPolicy } from "./eviction-policy.js";
import { FrequencySketch } from "./frequency-sketch.js";

const window = 0;
const probation = 1;
const protectedPart = 2;

// The parts of Caffeine: 1 % of the entries are the window, and of the others 80 % may be protected.
const windowShare = 0.01;
const protectedShare = 0.8;

/**
 * W-TinyLFU: new entries stand in a small window; who leaves it must have been used more often than whom it would push out,
 * by a sketch of how often each key was used lately, whether it is in the cache or not. So a scan passes through the window.
 */
export class WTinyLfu implements EvictionPolicy {
  readonly #lists: SlotLists;
  #part: Uint8Array;
  #hash: Uint32Array;
  readonly #sizes: [number, number, number] = [0, 0, 0];
  #sketch: FrequencySketch;

  constructor(slots: number) {
    this.#lists = new SlotLists(3, slots);
    this.#part = new Uint8Array(slots + 1);
    this.#hash = new Uint32Array(slots + 1);
    this.#sketch = new FrequencySketch(slots);
  }

  /** Begins to count anew, at the size that the sketch should have now. */
  grow(slots: number): void {
    this.#lists.grow(slots);
    this.#part = widen(this.#part, slots + 1);
    this.#hash = widen(this.#hash, slots + 1);
    this.#sketch = new FrequencySketch(slots);
  }

  add(slot: number, key: string): void {
    const hash = hashOf(key);
    this.#hash[slot] = hash;
    this.#sketch.add(hash);
    this.#put(window, slot);
    if (this.#sizes[window] > this.#windowSize()) this.#moveTo(probation, this.#lists.last(window));
  }

  touch(slot: number): void {
    this.#sketch.add(this.#hash[slot] as number);
    const part = this.#part[slot] as 0 | 1 | 2;
    if (part !== probation) {
      this.#lists.move(part, slot);
      return;
    }
    this.#moveTo(protectedPart, slot);
    const most = protectedShare * (this.#sizes[probation] + this.#sizes[protectedPart]);
    if (this.#sizes[protectedPart] > most) this.#moveTo(probation, this.#lists.last(protectedPart));
  }

  remove(slot: number): void {
    this.#sizes[this.#part[slot] as 0 | 1 | 2] -= 1;
    this.#lists.remove(slot);
  }

  victim(): number {
    const settled = this.#lists.last(probation) || this.#lists.last(protectedPart);
    if (settled === 0) return this.#lists.last(window);
    if (this.#sizes[window] < this.#windowSize()) return settled;
    const candidate = this.#lists.last(window);
    if (candidate === 0 || this.#usesOf(candidate) <= this.#usesOf(settled)) return candidate || settled;
    this.#moveTo(probation, candidate);
    return settled;
  }

  inOrder(): SlotOrder {
    return this.#lists.freeze([probation, protectedPart, window]);
  }

  #windowSize(): number {
    const size = this.#sizes[window] + this.#sizes[probation] + this.#sizes[protectedPart];
    return Math.max(1, Math.floor(windowShare * size)); // whole: else the last one would pass into probation untested
  }

  #usesOf(slot: number): number {
    return this.#sketch.estimate(this.#hash[slot] as number);
  }

  #put(part: 0 | 1 | 2, slot: number): void {
    this.#part[slot] = part;
    this.#sizes[part] += 1;
    this.#lists.add(part, slot);
  }

  #moveTo(part: 0 | 1 | 2, slot: number): void {
    this.remove(slot);
    this.#put(part, slot);
  }
}
