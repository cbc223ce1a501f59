import type { SlotOrder } from "../frozen-order.js";

/**
 * Which entry goes when room is needed. It knows entries by their slots, 1 and up, and is told of each that comes, is used
 * or goes. Every operation is O(1).
 */
export interface EvictionPolicy {
  /** Makes room for slots up to `slots`. */
  grow(slots: number): void;
  /** A new entry, which it does not know yet. */
  add(slot: number, key: string): void;
  /** A get found it, or another value took its place. */
  touch(slot: number): void;
  /** It is gone, for whatever reason. */
  remove(slot: number): void;
  /**
   * Who goes next, so that an entry can come, or the one that is `written` can grow; 0 when it knows none. Who is named need
   * not go: then it is touched.
   */
  victim(written?: number): number;
  /**
   * All slots it knows now, those that would go first at the front, as far as it has an order; what changes later does not
   * change that. Asked for again once it has ended.
   */
  inOrder(): SlotOrder;
}

/** `slots` is the room to begin with. */
export type CreatePolicy = (slots: number) => EvictionPolicy;
