import type { Change, ChangePosition } from "../store/change.js";

export interface ChangeRingLimits {
  readonly changes: number;
  /** Characters of all keys together: they may be long, and of entries that are there no more. */
  readonly characters: number;
}

// Some 10 MB at most, of which keys of live entries are shared with the store.
const usualLimits: ChangeRingLimits = { changes: 65_536, characters: 16 * 2 ** 20 };

/** The latest changes of a namespace, in their order and without a hole; the oldest go for the newest. */
export class ChangeRing {
  readonly #limits: ChangeRingLimits;
  readonly #changes: (Change | undefined)[];
  #epoch: string;
  #start: number; // of the last change that is held no more
  #end: number;
  #characters = 0;

  constructor({ epoch, sequence }: ChangePosition, limits = usualLimits) {
    this.#limits = limits;
    this.#changes = new Array(limits.changes);
    this.#epoch = epoch;
    this.#start = sequence;
    this.#end = sequence;
  }

  /** Behind the last change. */
  get end(): ChangePosition {
    return { epoch: this.#epoch, sequence: this.#end };
  }

  /** Begins anew, with nothing before this position. */
  restart({ epoch, sequence }: ChangePosition): void {
    this.#changes.fill(undefined);
    this.#characters = 0;
    this.#epoch = epoch;
    this.#start = sequence;
    this.#end = sequence;
  }

  /** The change must be the one after `end`. */
  push(change: Change): void {
    const { changes, characters } = this.#limits;
    if (this.#end - this.#start === changes) this.#dropOldest();
    this.#end = change.sequence;
    this.#changes[this.#end % changes] = change;
    this.#characters += change.key.length;
    while (this.#characters > characters) this.#dropOldest();
  }

  /** Whether all changes since this position are here. */
  covers({ epoch, sequence }: ChangePosition): boolean {
    return epoch === this.#epoch && sequence >= this.#start && sequence <= this.#end;
  }

  /** The change with this number, which must be after a covered position and not beyond `end`. */
  at(sequence: number): Change {
    return this.#changes[sequence % this.#limits.changes] as Change;
  }

  #dropOldest(): void {
    this.#start += 1;
    const place = this.#start % this.#limits.changes;
    this.#characters -= (this.#changes[place] as Change).key.length;
    this.#changes[place] = undefined;
  }
}
