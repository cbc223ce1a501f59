import type { CreatePolicy } from "@weft/cache";

/** How many requests a policy answers from a cache of so many entries. */
export function hitsOfPolicy(create: CreatePolicy, keys: Uint32Array, entries: number): number {
  const policy = create(entries);
  const slotOf = new Map<number, number>();
  const keyIn: number[] = [];
  let hits = 0;
  for (const key of keys) {
    const slot = slotOf.get(key);
    if (slot !== undefined) {
      policy.touch(slot);
      hits += 1;
      continue;
    }
    let free = slotOf.size + 1;
    if (free > entries) {
      free = policy.victim();
      policy.remove(free);
      slotOf.delete(keyIn[free] as number);
    }
    policy.add(free, `key ${key}`);
    slotOf.set(key, free);
    keyIn[free] = key;
  }
  return hits;
}
