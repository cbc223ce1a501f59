import { expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import type { Change } from "../store/change.js";
import { storeValue } from "../store/stored-value.js";
import type { SetOptions } from "../store/write.js";
import { createMemoryStore } from "./memory-store.js";

interface ModelEntry {
  readonly key: string;
  readonly version: number;
  readonly length: number;
  /** Its last millisecond. */
  readonly limitMs: number;
  readonly idleMs: number;
  readonly deadlineMs: number;
  readonly tags: readonly string[];
}

type Terms = Pick<SetOptions, "ttl" | "idleMs" | "tags" | "condition">;

/** The same store without limits, slow and obvious: a list of entries. */
function createModel(now: () => number) {
  let entries: ModelEntry[] = [];
  let version = 0;
  const counters = { totalGets: 0, totalHits: 0, totalSets: 0, totalRemoves: 0 };
  const without = (key: string) => entries.filter((entry) => entry.key !== key);
  const find = (key: string) => entries.find((entry) => entry.key === key && entry.deadlineMs >= now());

  function put(entry: Omit<ModelEntry, "deadlineMs" | "version">): void {
    const deadlineMs = Math.min(entry.limitMs, Math.ceil(now() + entry.idleMs));
    entries = [...without(entry.key), { ...entry, version, deadlineMs }];
  }

  return {
    set(key: string, length: number, { ttl = "none", idleMs = Number.POSITIVE_INFINITY, tags = [], condition }: Terms) {
      const there = find(key);
      if (condition === "absent" && there !== undefined) return there.version;
      if (condition === "present" && there === undefined) return 0;
      if (typeof condition === "object" && condition.version !== there?.version) return there?.version ?? 0;
      counters.totalSets += 1;
      version += 1;
      const keptMs = ttl === "keep" ? there?.limitMs : undefined;
      const limitMs = keptMs ?? (typeof ttl === "number" ? Math.ceil(now() + ttl) : Number.POSITIVE_INFINITY);
      put({ key, length, limitMs, idleMs, tags });
      return version;
    },
    get(key: string) {
      counters.totalGets += 1;
      const entry = find(key);
      if (entry === undefined) return undefined;
      counters.totalHits += 1;
      const deadlineMs = Math.min(entry.limitMs, Math.ceil(now() + entry.idleMs));
      entries = [...without(key), { ...entry, deadlineMs: entry.idleMs < 1e9 ? deadlineMs : entry.deadlineMs }];
      return { version: entry.version, length: entry.length };
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
    removeMatching(matches: (entry: ModelEntry) => boolean) {
      const gone = entries.filter((entry) => entry.deadlineMs >= now() && matches(entry));
      for (const { key } of gone) entries = without(key);
      counters.totalRemoves += gone.length;
      return gone.length;
    },
    clear() {
      entries = [];
    },
    /** What the store gave up for want of room. */
    forget(key: string) {
      entries = without(key);
    },
    leftMs: (key: string) => {
      const entry = find(key);
      return entry === undefined ? undefined : entry.deadlineMs - now();
    },
    live: () => entries.filter((entry) => entry.deadlineMs >= now()),
    counters,
  };
}

const names = ["__proto__", "constructor", "hasOwnProperty", "toString", "\u{1f600}", "\uff5e", "a", "ab", "a b"];

test.each([
  [1, 1_000, Number.POSITIVE_INFINITY, "lru"],
  [2, 3, Number.POSITIVE_INFINITY, "lru"],
  [3, 20, Number.POSITIVE_INFINITY, "sieve"],
  [4, 20, Number.POSITIVE_INFINITY, "w-tinylfu"],
  [5, 1_000, 3_000, "lru"],
  [6, 1_000, 9_000, "sieve"],
  [7, 1_000, 9_000, "w-tinylfu"],
  [8, 1, Number.POSITIVE_INFINITY, "w-tinylfu"],
  [9, 1_000_000, Number.POSITIVE_INFINITY, "lru"], // keys in several maps
  [10, 1_000_000, 9_000, "sieve"],
] as const)(
  "seed %i: the store does what a naive one does (capacity %i, %d bytes, %s)",
  async (seed, capacity, maxBytes, eviction) => {
    const random = seededRandom(seed);
    const clock = fakeClock();
    const store = createMemoryStore({ capacity, maxBytes, eviction, clock });
    const model = createModel(() => clock.now());
    const changes: Change[] = [];
    store.watch({
      started() {},
      changed(change) {
        changes.push(change);
        if (change.kind === "evict") model.forget(change.key);
      },
      lost() {},
    });
    const draw = (below: number) => Math.floor(random() * below);
    const pick = <T>(...of: readonly T[]) => of[draw(of.length)] as T;

    for (let step = 0; step < 1_500; step++) {
      clock.advance(random() * 5);
      const key = pick(`k${draw(30)}`, `k${draw(30)}`, pick(...names));
      const kind = draw(100);

      if (kind < 40) {
        const length = draw(maxBytes === Number.POSITIVE_INFINITY ? 50 : 500);
        const terms: Terms = {
          ttl: pick<SetOptions["ttl"] & {}>("none", "keep", 1 + draw(200), 0.5 + draw(20)),
          ...(random() < 0.2 && { idleMs: 1 + draw(50) }),
          ...(random() < 0.2 && { tags: [`t${draw(3)}`, "all"] }),
          ...(random() < 0.2 && {
            condition: pick<SetOptions["condition"] & {}>("absent", "present", { version: draw(step + 1) }),
          }),
        };
        const { version } = store.set(key, storeValue("bytes", Buffer.alloc(length)), terms);
        expect(version).toBe(model.set(key, length, terms));
      } else if (kind < 50) {
        const value = store.value(key);
        const expected = model.get(key);
        expect(value?.held.length).toBe(expected?.length);
      } else if (kind < 65) {
        const entry = store.get(key);
        expect(entry && { version: entry.version, length: entry.value.held.length }).toEqual(model.get(key));
      } else if (kind < 75) expect(store.has(key)).toBe(model.has(key));
      else if (kind < 80) {
        const left = store.ttl(key);
        const expected = model.leftMs(key);
        expect(left?.leftMs).toBe(expected === Number.POSITIVE_INFINITY ? undefined : expected && Math.floor(expected));
        expect(left === undefined).toBe(expected === undefined);
      } else if (kind < 88) expect(store.remove(key)).toBe(model.remove(key));
      else if (kind < 92) {
        const page = await store.list({ descending: false, offset: 0 });
        expect(page.rows.map((row) => row.key)).toEqual(inOrder(model.live().map((entry) => entry.key)));
        const prefix = pick("k1", "a", "_");
        const part = await store.list({
          prefix,
          suffix: pick(undefined, "1", ""),
          descending: true,
          offset: 1,
          limit: 3,
        });
        expect(part.rows.every((row) => row.key.startsWith(prefix))).toBe(true);
      } else if (kind < 94) {
        const prefix = pick("k1", "k2", "a");
        expect(await store.removeMatching({ prefix })).toBe(
          model.removeMatching((each) => each.key.startsWith(prefix)),
        );
      } else if (kind < 96) {
        const tag = pick("t0", "t1", "all");
        expect(await store.removeMatching({ tag })).toBe(model.removeMatching((each) => each.tags.includes(tag)));
      } else if (kind < 98) await store.cleanup();
      else if (random() < 0.3) {
        store.clear();
        model.clear();
      }

      const { size, bytesUsed, ...counters } = store.stats();
      const isWithin = size <= capacity && size >= model.live().length && bytesUsed <= maxBytes;
      expect({ isWithin, ...counters }).toMatchObject({ isWithin: true, ...model.counters });
      if (random() < 0.1) await expectExactBytes();
    }
    expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, i) => i + 1));

    /** Without what has expired, the bytes are those of the entries that can be seen. */
    async function expectExactBytes(): Promise<void> {
      await store.cleanup();
      const { rows } = await store.list({ descending: false, offset: 0 });
      const { size, bytesUsed, removals, totalSets } = store.stats();
      expect(size).toBe(rows.length);
      expect(bytesUsed).toBe(rows.reduce((sum, row) => sum + row.size, 0));
      const { remove, evict, expire, clear, overwrite } = removals;
      expect(totalSets - remove - evict - expire - clear - overwrite).toBe(size);
    }
  },
);

function inOrder(keys: readonly string[]): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
