import { describe, expect, test } from "@jest/globals";
import { fakeClock, seededRandom } from "@weft/core/testkit";
import { storeValue } from "../store/stored-value.js";
import { createMemoryStore, type MemoryStore } from "./memory-store.js";
import { type PolicyName, policies } from "./policies/policies.js";

const names = Object.keys(policies) as PolicyName[];
const value = (text: string) => storeValue("json", Buffer.from(text));

/** One change or read of any kind. */
function change(store: MemoryStore, random: () => number): void {
  const key = `k${Math.floor(random() * 3_000)}`;
  const kind = Math.floor(random() * 12);
  if (kind < 4) store.get(key);
  else if (kind < 7) store.set(key, value(`${random()}`), { ttl: Math.ceil(random() * 1_000) });
  else if (kind === 7) store.set(key, value("1"), { idleMs: 300, staleMs: 200, tags: ["t"] });
  else if (kind === 8) store.set(key, value("22"));
  else if (kind === 9) store.remove(key);
  else if (kind === 10) store.changeTtl(key, random() < 0.5 ? "persist" : { ttlMs: 500 });
  else if (random() < 0.003) store.clear();
}

describe.each(names)("what is saved: %s", (eviction) => {
  test.each(["all", "expiring"] as const)(
    "is all entries of one moment in order, while they change (%s)",
    (evictable) => {
      const random = seededRandom(7);
      const clock = fakeClock();
      const store = createMemoryStore({ capacity: 2_000, eviction, evictable, maxBytes: 500_000, clock });
      const safely = () => {
        try {
          change(store, random);
        } catch {
          // no room: nothing that expires is left
        }
      };

      for (let round = 0; round < 12; round++) {
        for (let i = 0; i < 2_000; i++) safely();
        const expected = [...store.saved()];
        const saved = [];
        for (const entry of store.saved()) {
          saved.push(entry);
          for (let i = 0; i < 3; i++) safely();
          if (saved.length % 50 === 0) clock.advance(20);
        }

        expect(saved).toEqual(expected);
      }
    },
  );
});

test("what breaks off costs nothing any more, and the next one is whole", () => {
  const store = createMemoryStore({ capacity: 10, clock: fakeClock() });
  for (const key of ["a", "b"]) store.set(key, value("1"));

  for (const { key } of store.saved()) if (key === "a") break;
  store.saved().end();
  store.set("a", value("2"));

  expect([...store.saved()].map(({ key, version }) => [key, version])).toEqual([
    ["b", 2],
    ["a", 3],
  ]);
});
