import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "@weft/core/testkit";
import type { EvictionPolicy } from "./eviction-policy.js";
import { type PolicyName, policies } from "./policies.js";

const names = Object.keys(policies) as PolicyName[];

function slotsOf(policy: EvictionPolicy): number[] {
  const order = policy.inOrder();
  const slots: number[] = [];
  for (let slot = order.next(); slot !== 0; slot = order.next()) slots.push(slot);
  return slots;
}

/** Runs a cache of so many entries by a policy; tells the hits. */
function hitsOf(name: PolicyName, keys: readonly number[], entries: number): number {
  const policy = policies[name](entries);
  const slots = new Map<number, number>();
  const keyIn: number[] = [];
  let hits = 0;
  for (const key of keys) {
    const slot = slots.get(key);
    if (slot !== undefined) {
      hits += 1;
      policy.touch(slot);
      continue;
    }
    const free = slots.size < entries ? slots.size + 1 : policy.victim();
    if (slots.size >= entries) {
      policy.remove(free);
      slots.delete(keyIn[free] as number);
    }
    policy.add(free, String(key));
    slots.set(key, free);
    keyIn[free] = key;
  }
  return hits;
}

describe.each(names)("every eviction policy: %s", (name) => {
  test("names nobody while it knows nobody", () => {
    const policy = policies[name](4);
    expect(policy.victim()).toBe(0);

    policy.add(1, "a");
    expect(policy.victim()).toBe(1);

    policy.remove(1);
    expect(policy.victim()).toBe(0);
  });

  test("names only slots it knows, whatever happened before (seed 3), and has them all in order", () => {
    const random = seededRandom(3);
    const policy = policies[name](16);
    const known = new Set<number>();
    for (let step = 0; step < 5_000; step++) {
      if (step === 1_000) policy.grow(64);
      const slot = 1 + Math.floor(random() * (step < 1_000 ? 16 : 64));
      const kind = random();
      if (!known.has(slot)) {
        policy.add(slot, `k${Math.floor(random() * 200)}`);
        known.add(slot);
      } else if (kind < 0.6) policy.touch(slot);
      else {
        const gone = kind < 0.8 ? slot : policy.victim();
        expect(known.has(gone)).toBe(true);
        policy.remove(gone);
        known.delete(gone);
      }
    }
    expect(slotsOf(policy).sort((a, b) => a - b)).toEqual([...known].sort((a, b) => a - b));
  });

  test("gives up every entry in the end", () => {
    const policy = policies[name](300);
    for (let slot = 1; slot <= 300; slot++) policy.add(slot, `k${slot}`);
    for (let slot = 1; slot <= 300; slot += 3) policy.touch(slot);

    const gone = new Set<number>();
    for (let slot = policy.victim(); slot !== 0; slot = policy.victim()) {
      gone.add(slot);
      policy.remove(slot);
    }

    expect(gone.size).toBe(300);
  });
});

test("lru: the least recently used goes, whoever else was removed", () => {
  const policy = policies.lru(4);
  for (const slot of [1, 2, 3, 4]) policy.add(slot, `k${slot}`);
  policy.touch(1);
  policy.remove(2);

  expect(slotsOf(policy)).toEqual([3, 4, 1]);
  expect(policy.victim()).toBe(3);
});

test("sieve: who was used is spared once", () => {
  const policy = policies.sieve(3);
  for (const slot of [1, 2, 3]) policy.add(slot, `k${slot}`);
  policy.touch(1);

  expect(policy.victim()).toBe(2);
  policy.remove(2);
  policy.touch(3);
  expect(policy.victim()).toBe(1); // its mark is gone, that of 3 is not
});

describe("a scan pushes out what is used often only under lru", () => {
  const random = seededRandom(11);
  const keys: number[] = [];
  for (let round = 0; round < 100; round++) {
    for (let i = 0; i < 400; i++) keys.push(Math.floor(random() ** 3 * 100));
    for (let i = 0; i < 100; i++) keys.push(1_000 + round * 100 + i);
  }

  test.each(["sieve", "w-tinylfu"] as const)("%s", (name) => {
    expect(hitsOf(name, keys, 60)).toBeGreaterThan(hitsOf("lru", keys, 60) * 1.05);
  });
});
