/** Which slots have which tag. */
export class Tags {
  readonly #slots = new Map<string, Set<number>>();

  add(tags: readonly string[], slot: number): void {
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      if (slots === undefined) this.#slots.set(tag, new Set([slot]));
      else slots.add(slot);
    }
  }

  remove(tags: readonly string[], slot: number): void {
    for (const tag of tags) {
      const slots = this.#slots.get(tag);
      slots?.delete(slot);
      if (slots?.size === 0) this.#slots.delete(tag);
    }
  }

  /** May change while somebody reads it. */
  slotsOf(tag: string): ReadonlySet<number> {
    return this.#slots.get(tag) ?? none;
  }
}

const none: ReadonlySet<number> = new Set();
