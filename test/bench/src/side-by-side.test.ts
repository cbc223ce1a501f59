import { expect, test } from "@jest/globals";
import { shared, timeSideBySide } from "./side-by-side.js";

const turn = { sets: 2, warmUpMs: 1, measureMs: 20 };
const module = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const spinning = module(`export const prepare = ({ ms }) => ({
  prove() {},
  batch(times) { for (const end = performance.now() + times * ms; performance.now() < end; ); },
});`);

test("subjects that live at the same time are each timed per piece of work, with their own options", async () => {
  const subjects = [1, 2].map((ms) => ({ module: spinning, options: { ms } }));

  const [one = 0, two = 0] = await timeSideBySide(subjects, turn);

  expect(one).toBeGreaterThanOrEqual(1e6);
  expect(two).toBeGreaterThanOrEqual(2e6);
});

test("a subject that proves wrong did not run, nor did those beside it", async () => {
  const wrong = module(`export const prepare = () => ({ prove() { throw new Error("wrong answer") }, batch() {} });`);
  const subjects = [
    { module: spinning, options: { ms: 1 } },
    { module: wrong, options: {} },
  ];

  await expect(timeSideBySide(subjects, turn)).rejects.toThrow("wrong answer");
});

test("all are measured once in a round, for whoever asks first", async () => {
  let rounds = 0;
  const figureOf = shared(async () => [++rounds, rounds * 10]);

  expect([await figureOf(0, 1), await figureOf(1, 1)]).toEqual([1, 10]);
  expect([await figureOf(1, 1), await figureOf(0, 1)]).toEqual([20, 2]);
});
