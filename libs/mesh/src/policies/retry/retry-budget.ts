import { RecentShare } from "../../peers/recent-share.js";

const share = 0.1;
const leastInWindow = 100; // 10/s over the 10 s

/**
 * How many calls may be sent again, for all calls to one service together: 10 % of its requests of the last 10 s, at
 * least 10/s. Retries help against a few failures; where everything fails they would only multiply the load. Pure.
 */
export class RetryBudget {
  readonly #recent = new RecentShare();

  /** A call came. Its retries do not count. */
  requested(nowMs: number): void {
    this.#recent.add(nowMs, 1, 0);
  }

  isEmpty(nowMs: number): boolean {
    return this.#recent.part(nowMs) >= Math.max(leastInWindow, this.#recent.all(nowMs) * share);
  }

  /** Takes one retry. False: there is none left. */
  take(nowMs: number): boolean {
    if (this.isEmpty(nowMs)) return false;
    this.#recent.add(nowMs, 0, 1);
    return true;
  }
}

/** The budgets of a caller, one for each service. Services come from discovery, so they are few. */
export interface RetryBudgets {
  of(service: string): RetryBudget;
}

export function createRetryBudgets(): RetryBudgets {
  const budgets = new Map<string, RetryBudget>();
  return {
    of(service) {
      let budget = budgets.get(service);
      if (budget === undefined) {
        budget = new RetryBudget();
        budgets.set(service, budget);
      }
      return budget;
    },
  };
}
