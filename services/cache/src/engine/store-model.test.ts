import { expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { storeValue } from "../store/stored-value.js";
import { sortByCodePoint } from "./code-points.js";
import { createMemoryStore } from "./memory-store.js";

interface ModelEntry {
  readonly key: string;
  readonly version: number;
  readonly deadlineMs: number;
}

/** The same store, slow and obvious: a list from least to most recent. */
function createModel(capacity: number, now: () => number) {
  let entries: ModelEntry[] = [];
  let version = 0;
  const counters = { totalGets: 0, totalHits: 0, totalSets: 0, totalRemoves: 0 };
  const isExpired = (entry: ModelEntry) => now() - entry.deadlineMs > 0;
  const without = (key: string) => entries.filter((entry) => entry.key !== key);

  function find(key: string): ModelEntry | undefined {
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry === undefined || !isExpired(entry)) return entry;
    entries = without(key);
    return undefined;
  }

  function makeRoom(): void {
    if (entries.length < capacity) return;
    const expired = entries.filter(isExpired).sort((a, b) => a.deadlineMs - b.deadlineMs);
    const victim = expired[0] ?? (entries[0] as ModelEntry);
    entries = without(victim.key);
  }

  return {
    set(key: string, ttlMs = Number.POSITIVE_INFINITY) {
      counters.totalSets += 1;
      version += 1;
      if (entries.some((entry) => entry.key === key)) entries = without(key);
      else makeRoom();
      entries.push({ key, version, deadlineMs: now() + ttlMs });
      return version;
    },
    get(key: string) {
      counters.totalGets += 1;
      const entry = find(key);
      if (entry === undefined) return undefined;
      counters.totalHits += 1;
      entries = [...without(key), entry];
      return entry.version;
    },
    has(key: string) {
      counters.totalGets += 1;
      const found = find(key) !== undefined;
      if (found) counters.totalHits += 1;
      return found;
    },
    remove(key: string) {
      if (find(key) === undefined) return false;
      entries = without(key);
      counters.totalRemoves += 1;
      return true;
    },
    clear() {
      const { length } = entries;
      entries = [];
      return length;
    },
    reclaim() {
      const { length } = entries;
      entries = entries.filter((entry) => !isExpired(entry));
      return length - entries.length;
    },
    keys: () => sortByCodePoint(entries.filter((entry) => !isExpired(entry)).map(({ key }) => key)),
    stats: () => ({ size: entries.length, capacity, ...counters }),
  };
}

const value = storeValue("json", Buffer.from("1"));

test.each([
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 7],
  [5, 20],
  [6, 300],
])("the store does what a naive one does (seed %i, capacity %i)", (seed, capacity) => {
  const random = seededRandom(seed);
  const clock = fakeClock();
  const store = createMemoryStore({ capacity, clock });
  const model = createModel(capacity, () => clock.now());
  const draw = (below: number) => Math.floor(random() * below);

  for (let step = 0; step < 2_000; step++) {
    clock.advance(random() * 5); // of fractions, so no two entries expire together and the model knows which goes first
    const key = `k${draw(capacity * 2)}`;
    const ttlMs = random() < 0.5 ? undefined : 1 + draw(capacity * 10);
    const kind = draw(100);

    if (kind < 40) expect(store.set(key, value, { ttl: ttlMs ?? "none" }).version).toBe(model.set(key, ttlMs));
    else if (kind < 70) expect(store.get(key)?.version).toBe(model.get(key));
    else if (kind < 85) expect(store.has(key)).toBe(model.has(key));
    else if (kind < 95) expect(store.remove(key)).toBe(model.remove(key));
    else if (kind < 98) expect(store.reclaim(store.now(), Number.POSITIVE_INFINITY)).toBe(model.reclaim());
    else if (kind < 99)
      expect(store.list({ descending: false, offset: 0 }).rows.map((row) => row.key)).toEqual(model.keys());
    else if (random() < 0.3) expect(store.clear()).toBe(model.clear());

    const { bytesUsed, ...stats } = store.stats();
    expect(stats).toEqual(model.stats());
    expect(bytesUsed > 0).toBe(stats.size > 0);
  }
});
