import { type Clock, sleep } from "@weft/core";
import { isAborted } from "../../call-abort.js";
import { whileWaiting } from "../../while-waiting.js";
import type { OutcomeStore } from "./outcome-store.js";
import type { AsyncOutcome, AsyncResult } from "./pending-outcome.js";

// A call that ends in another gateway is noticed that much later.
const firstPauseMs = 20;
const longestPauseMs = 500;

const waitIsOver = new Error("the wait is over");

/** How long somebody waits for what becomes of a call. */
export interface Patience {
  readonly waitMs: number;
  /** Ends the wait before. */
  readonly abort: AbortController;
}

/** What is known after so long of a call of this process. */
export function untilTold(
  outcome: Promise<AsyncOutcome>,
  { waitMs, abort }: Patience,
  clock: Clock,
): Promise<AsyncResult> {
  const wait = { abort, deadlineAt: clock.now() + waitMs, timeUp: () => waitIsOver, clock };
  return whileWaiting<AsyncResult>(outcome, wait).catch(() => "pending");
}

/** What the store knows of a call after so long. */
export async function waitForStored(
  key: string,
  { waitMs, abort }: Patience,
  { store, clock }: { readonly store: OutcomeStore; readonly clock: Clock },
): Promise<AsyncResult | undefined> {
  const endsAt = clock.now() + waitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const known = await store.read(key);
    const leftMs = endsAt - clock.now();
    if (known !== "pending" || leftMs <= 0 || isAborted(abort)) return known;
    await sleep(Math.min(pauseMs, leftMs), { clock, signal: abort.signal }).catch(() => {}); // over: asked once more
  }
}
