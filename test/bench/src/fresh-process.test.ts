import { expect, test } from "@jest/globals";
import { timeInFreshProcess } from "./fresh-process.js";

const turn = { warmUpMs: 1, measureMs: 1 };
const module = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

test("a subject is timed per piece of work, with the options it was given", async () => {
  const spinning = module(`export const prepare = ({ ms }) => ({
    prove() {},
    batch(times) { for (const end = performance.now() + times * ms; performance.now() < end; ); },
  });`);

  const { ns = 0 } = await timeInFreshProcess({ module: spinning, options: { ms: 1 } }, turn);

  expect(ns).toBeGreaterThanOrEqual(1e6);
});

test.each([
  ["proves wrong", `prove() { throw new Error("wrong answer") }, batch() {}`],
  ["adds up wrong", `prove() {}, async batch() { throw new Error("wrong answer") }`],
])("a subject that %s did not run", async (_, subject) => {
  const wrong = module(`export const prepare = () => ({ ${subject} });`);

  await expect(timeInFreshProcess({ module: wrong, options: {} }, turn)).rejects.toThrow("wrong answer");
});
