/** Who waits for one key or several: each at a place of its own. */
export interface Sink {
  take(value: unknown, place: number): void;
  fail(error: unknown): void;
}

/** For one key, whose place does not matter. */
export class OneValue implements Sink {
  readonly take: (value: unknown) => void;
  readonly fail: (error: unknown) => void;

  constructor(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.take = resolve;
    this.fail = reject;
  }
}

/** For as many keys as there are places; fails with the first that does. */
export class ManyValues implements Sink {
  readonly fail: (error: unknown) => void;
  readonly #resolve: (values: unknown[]) => void;
  readonly #values: unknown[];
  #left: number;

  constructor(count: number, resolve: (values: unknown[]) => void, reject: (error: unknown) => void) {
    this.fail = reject;
    this.#resolve = resolve;
    this.#values = new Array(count).fill(undefined);
    this.#left = count;
  }

  take(value: unknown, place: number): void {
    this.#values[place] = value;
    if (--this.#left === 0) this.#resolve(this.#values);
  }
}
