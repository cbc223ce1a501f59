import { randomUUID } from "node:crypto";
import type { ChangeKind, ChangeListener } from "../store/change.js";

/** Numbers the changes of a store and tells them to whoever watches. */
export class Changes {
  #sequence = 0;
  #listeners: readonly ChangeListener[] = [];
  #epoch: string | undefined; // drawn for the first who watches

  /** The number of the last one. */
  get sequence(): number {
    return this.#sequence;
  }

  tell(kind: ChangeKind, key: string, version: number): void {
    this.#sequence += 1;
    if (this.#listeners.length > 0) this.#tellAll(kind, key, version);
  }

  #tellAll(kind: ChangeKind, key: string, version: number): void {
    const change = { sequence: this.#sequence, kind, key, version };
    for (const listener of this.#listeners) listener.changed(change);
  }

  /** The answer ends it. */
  watch(listener: ChangeListener): () => void {
    this.#epoch ??= randomUUID();
    this.#listeners = [...this.#listeners, listener];
    listener.started({ epoch: this.#epoch, sequence: this.#sequence });
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }
}
