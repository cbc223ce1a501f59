import { expect, test } from "@jest/globals";
import type { Case, Measured } from "./benchmark.js";
import { takeTurns } from "./take-turns.js";

const pace = { rounds: 3, budgetMs: 1_000, warmUpMs: 1, measureMs: 1 };

/** Contestants that take note of their turns, each of which takes `turnMs`. */
function track(turnMs = 0) {
  const taken: string[] = [];
  let nowMs = 0;
  const contestant = (name: string, measured: () => Measured = () => ({ ns: 1 })) => ({
    name,
    async measure() {
      taken.push(name);
      nowMs += turnMs;
      return measured();
    },
  });
  return { taken, contestant, now: () => nowMs };
}

test("contestants take turns, there and back, case by case", async () => {
  const { taken, contestant, now } = track();
  const cases: Case[] = [
    { name: "one", contestants: [contestant("A"), contestant("B")] },
    { name: "two", contestants: [contestant("c"), contestant("d")] },
  ];

  const { samples, rounds } = await takeTurns(cases, { pace, now });

  expect(taken.join(" ")).toBe("A B c d B A d c A B c d");
  expect(rounds).toBe(3);
  expect(samples.map(({ contestant: name, values }) => `${name} ${values.length}`)).toEqual([
    "A 3",
    "B 3",
    "c 3",
    "d 3",
  ]);
});

test.each([
  [400, 2],
  [600, 1],
  [5_000, 1],
])("turns of %d ms fit into a second in %d rounds, and one round there always is", async (turnMs, expected) => {
  const { contestant, now } = track(turnMs);

  const { rounds } = await takeTurns([{ name: "one", contestants: [contestant("A")] }], { pace, now });

  expect(rounds).toBe(expected);
});

test("what did not run is told once and has no further turn; the others go on", async () => {
  const { taken, contestant, now } = track();
  const failure = new Error("no such command");
  const broken = contestant("B", () => {
    throw failure;
  });

  const { samples, failures } = await takeTurns([{ name: "one", contestants: [contestant("A"), broken] }], {
    pace,
    now,
  });

  expect(taken.join(" ")).toBe("A B A A");
  expect(samples.map(({ contestant: name }) => name)).toEqual(["A"]);
  expect(failures).toEqual([{ case: "one", contestant: "B", error: failure }]);
});
