import type { Slice } from "../in-slices.js";
import { hasSurrogates, isBefore } from "./code-points.js";
import { CountedTree, type IsBefore } from "./counted-tree.js";

const isBeforeByUnit: IsBefore = (a, b) => a < b;

// Below this it does not pay to give up an order.
const alwaysKept = 1_000;

/** The keys that an order is about. */
export interface Keys {
  /** About how many. */
  size(): number;
  /** Whether a key is to be found now. */
  has(key: string): boolean;
  /** All of them, and perhaps some that are not. */
  all(): Iterable<string>;
}

/**
 * The keys of a store in code point order. Nobody pays for it before the first list: only then it is made. After that,
 * writes note down which keys came or went, one step each, and the next list brings the order up to date. When more is
 * noted than there are keys, it is given up, for making it anew would cost no more.
 */
export class KeyOrder {
  readonly #keys: Keys;
  #tree: CountedTree | undefined;
  #changed: string[] = [];
  /** Keys that are still to be read for a new order. */
  #unread: Iterator<string> | undefined;
  #isBefore = isBeforeByUnit;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** A key came or went. */
  note(key: string): void {
    if (this.#tree === undefined) return;
    this.#changed.push(key);
    if (this.#changed.length > alwaysKept && this.#changed.length > this.#keys.size()) this.reset();
  }

  /** Forgets all keys. */
  reset(): void {
    this.#tree = undefined;
    this.#unread = undefined;
    this.#changed = [];
  }

  /** Does a slice of what is missing; true when the order is up to date. */
  update(slice: Slice): boolean {
    if (this.#tree === undefined) {
      this.#tree = new CountedTree();
      this.#unread = this.#keys.all()[Symbol.iterator]();
    }
    while (this.#unread !== undefined && slice.hasTime()) {
      const { done, value } = this.#unread.next();
      if (done === true) this.#unread = undefined;
      else this.#settle(this.#tree, value);
    }
    while (this.#changed.length > 0 && slice.hasTime()) this.#settle(this.#tree, this.#changed.pop() as string);
    return this.#unread === undefined && this.#changed.length === 0;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#upToDate.size;
  }

  /** How many keys come before a text. */
  countBefore(text: string): number {
    const before = this.#orderFor(text);
    return this.#upToDate.countWhile((key) => before(key, text));
  }

  /** How many keys come before a text or are the text itself. */
  countUpTo(text: string): number {
    const before = this.#orderFor(text);
    return this.#upToDate.countWhile((key) => !before(text, key));
  }

  /** How many keys come before a prefix or start with it. */
  countThroughPrefix(prefix: string): number {
    const before = this.#orderFor(prefix);
    return this.#upToDate.countWhile((key) => before(key, prefix) || key.startsWith(prefix));
  }

  /** The keys from number `from` up to, but not with, number `to`. */
  slice(from: number, to: number): string[] {
    return this.#upToDate.slice(from, to);
  }

  get #upToDate(): CountedTree {
    if (this.#tree === undefined) throw new Error("the order is not up to date");
    return this.#tree;
  }

  #settle(tree: CountedTree, key: string): void {
    if (!this.#keys.has(key)) {
      tree.remove(key, this.#isBefore);
      return;
    }
    // The keys so far have the same order either way.
    if (this.#isBefore === isBeforeByUnit && hasSurrogates(key)) this.#isBefore = isBefore;
    tree.add(key, this.#isBefore);
  }

  #orderFor(text: string): IsBefore {
    return hasSurrogates(text) ? isBefore : this.#isBefore;
  }
}
