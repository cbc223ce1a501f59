/** How many requests a cache of so many entries can answer at most: it gives up the key that is next asked for the latest. */
export function hitsOfOptimum(keys: Uint32Array, entries: number): number {
  const nextOf = nextUses(keys);
  const held = new Map<number, number>();
  const farthest = new FarthestFirst();
  let hits = 0;
  for (const [i, key] of keys.entries()) {
    if (held.has(key)) hits += 1;
    else if (held.size >= entries) held.delete(farthest.take(held));
    const next = nextOf[i] as number;
    held.set(key, next);
    farthest.add(key, next);
  }
  return hits;
}

/** Of each request, the number of the next one for the same key. */
function nextUses(keys: Uint32Array): Float64Array {
  const next = new Float64Array(keys.length);
  const seen = new Map<number, number>();
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] as number;
    next[i] = seen.get(key) ?? keys.length + i; // never again: all the same, but told apart
    seen.set(key, i);
  }
  return next;
}

/** A binary heap of keys by their next use; what is out of date is left in it and passed over. */
class FarthestFirst {
  readonly #heap: { readonly key: number; readonly next: number }[] = [];

  add(key: number, next: number): void {
    const heap = this.#heap;
    let index = heap.push({ key, next }) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if ((heap[parent]?.next ?? 0) >= next) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** The key in `held` that is used last. */
  take(held: ReadonlyMap<number, number>): number {
    for (;;) {
      const { key, next } = this.#pop();
      if (held.get(key) === next) return key;
    }
  }

  #pop(): { readonly key: number; readonly next: number } {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    const top = heap.pop();
    if (top === undefined) throw new Error("nothing is held");
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if ((heap[child + 1]?.next ?? 0) > (heap[child]?.next ?? 0)) child += 1;
      if ((heap[child]?.next ?? 0) <= (heap[index]?.next ?? 0)) return top;
      this.#swap(index, child);
      index = child;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as (typeof heap)[number], heap[a] as (typeof heap)[number]];
  }
}
