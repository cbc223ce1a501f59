import type { WeftError } from "@weft/core";

/** How an entry came or went; one that is to live longer or shorter is set. */
export type ChangeKind = "set" | "remove" | "evict" | "expire" | "clear";

/** One change of a namespace, told after it has happened and in the order in which it did. */
export interface Change {
  /** 1, 2, 3, … over all changes of the namespace, watched or not; a number left out is a change that was missed. */
  readonly sequence: number;
  readonly kind: ChangeKind;
  /** Empty for `clear`, which is about all of them. */
  readonly key: string;
  /** Of the entry that was written, or that went; 0 for `clear`. */
  readonly version: number;
}

/** A place in the order of all changes of a namespace. */
export interface ChangePosition {
  /** Names what counts the changes: the same number in another epoch is another change. */
  readonly epoch: string;
  /** Of the last change before this place; 0: none. */
  readonly sequence: number;
}

/** Hears of the changes of a namespace. Nothing of it may throw. */
export interface ChangeListener {
  /** All changes after this position are told from now on. Comes first, and again wherever some may be missing. */
  started(position: ChangePosition): void;
  changed(change: Change): void;
  /** Changes are told no more: the watch has ended by itself. A store in memory never says so. */
  lost(error: WeftError): void;
}
