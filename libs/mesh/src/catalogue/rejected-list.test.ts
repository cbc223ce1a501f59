import { expect, test } from "@jest/globals";
import { fakeClock } from "@weft/core/testkit";
import { createRejectedList, type RejectedDefinition, rejectedLifeMs } from "./rejected-list.js";

const definition = (fields: Partial<RejectedDefinition> = {}): RejectedDefinition => ({
  service: "s",
  function: "f",
  version: "",
  source: "pull",
  node: "n",
  hash: "h",
  reasons: ["wrong"],
  ...fields,
});
const all = { source: "", service: "", limit: 100 };

test("entries are listed the newest first, by source and service", () => {
  const rejected = createRejectedList({ clock: fakeClock() });
  rejected.add(definition({ function: "a" }));
  rejected.add(definition({ function: "b", source: "push" }));
  rejected.add(definition({ function: "c", service: "t" }));
  const names = (filter: object) => rejected.list({ ...all, ...filter }).map((entry) => entry.function);

  expect(names({})).toEqual(["c", "b", "a"]);
  expect(names({ source: "pull" })).toEqual(["c", "a"]);
  expect(names({ service: "s" })).toEqual(["b", "a"]);
  expect(names({ source: "push", service: "t" })).toEqual([]);
  expect(names({ limit: 2 })).toEqual(["c", "b"]);
  rejected.close();
});

test("the same definition again takes the place of its entry", () => {
  const clock = fakeClock();
  const rejected = createRejectedList({ clock });
  const isNews = [rejected.add(definition()), rejected.add(definition({ hash: "another" }))];
  clock.advance(1_000);
  isNews.push(rejected.add(definition({ node: "m" })));

  const entries = rejected.list(all);

  expect(isNews).toEqual([true, true, false]);

  expect(entries.map(({ hash, node }) => [hash, node])).toEqual([
    ["h", "m"],
    ["another", "n"],
  ]);
  expect(entries[0]?.rejectedAtMs).toBe(clock.wallTime());
  expect(entries[0]?.expiresAtMs).toBe(clock.wallTime() + rejectedLifeMs);
  rejected.close();
});

test("entries go after 24 hours, and the timer with the last of them", () => {
  const clock = fakeClock();
  const rejected = createRejectedList({ clock });
  rejected.add(definition({ function: "a" }));
  clock.advance(1_000);
  rejected.add(definition({ function: "b" }));

  clock.advance(rejectedLifeMs - 1_000);
  expect(rejected.list(all).map((entry) => entry.function)).toEqual(["b"]);
  expect(clock.pending).toBe(1);

  clock.advance(1_000);
  expect(rejected.list(all)).toEqual([]);
  expect(clock.pending).toBe(0);
});

test("what is added after the end starts no timer", () => {
  const clock = fakeClock();
  const rejected = createRejectedList({ clock });

  rejected.close();
  rejected.add(definition());

  expect(clock.pending).toBe(0);
});

test("the oldest makes room, and no text is kept at any length", () => {
  const clock = fakeClock();
  const rejected = createRejectedList({ clock, max: 2 });
  for (const name of ["a", "b", "x".repeat(10_000)]) rejected.add(definition({ function: name }));

  const names = rejected.list(all).map((entry) => entry.function);

  expect(names.map((name) => name.length)).toEqual([512, 1]);
  rejected.close();
  expect(clock.pending).toBe(0);
});
