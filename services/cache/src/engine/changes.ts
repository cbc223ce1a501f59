import type { Change, ChangeKind } from "../store/change.js";

/** Numbers the changes of a store and tells them to whoever watches. */
export class Changes {
  #sequence = 0;
  #listeners: readonly ((change: Change) => void)[] = [];

  /** The number of the last one. */
  get sequence(): number {
    return this.#sequence;
  }

  tell(kind: ChangeKind, key: string, version: number): void {
    this.#sequence += 1;
    if (this.#listeners.length === 0) return;
    const change = { sequence: this.#sequence, kind, key, version };
    for (const listener of this.#listeners) listener(change);
  }

  /** The answer ends it. */
  watch(listener: (change: Change) => void): () => void {
    const own = (change: Change) => listener(change); // the same listener may watch twice
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== own);
    };
  }
}
