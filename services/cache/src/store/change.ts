/** How an entry came or went. */
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
