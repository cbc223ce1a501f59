import { expect, test } from "@jest/globals";
import { createRetryBudgets, RetryBudget } from "./retry-budget.js";

/** How many can be taken at once. */
function takeAll(budget: RetryBudget, nowMs: number): number {
  let count = 0;
  while (budget.take(nowMs)) count++;
  return count;
}

test("ten a second may be repeated, whatever the load", () => {
  const budget = new RetryBudget();

  expect(takeAll(budget, 0)).toBe(100);
  expect(takeAll(budget, 9_999)).toBe(0);
  expect(takeAll(budget, 10_000)).toBe(100);
});

test("under load a tenth of the requests of the last ten seconds may be", () => {
  const budget = new RetryBudget();
  for (let i = 0; i < 3_000; i++) budget.requested(i);

  expect(takeAll(budget, 3_000)).toBe(300);
  expect(budget.isEmpty(3_000)).toBe(true);
});

test("services do not use up each other's budget", () => {
  const budgets = createRetryBudgets();

  takeAll(budgets.of("a"), 0);

  expect(budgets.of("a").take(0)).toBe(false);
  expect(budgets.of("b").take(0)).toBe(true);
});
