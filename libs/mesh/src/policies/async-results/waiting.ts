import { type Clock, sleep } from "@weft/core";
import { isAborted } from "../../call-abort.js";
import { whileWaiting } from "../../while-waiting.js";
import type { OutcomeStore } from "./outcome-store.js";
import type { AsyncOutcome, AsyncResult } from "./pending-outcome.js";

// A call that ends in another gateway is noticed by a tenth of its time later, within these bounds.
const shortestPauseMs = 20;
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
  const beganAt = clock.now();
  for (;;) {
    const known = await store.read(key);
    const elapsedMs = clock.now() - beganAt;
    const leftMs = waitMs - elapsedMs;
    if (known !== "pending" || leftMs <= 0 || isAborted(abort)) return known;
    const pauseMs = Math.min(Math.max(elapsedMs / 10, shortestPauseMs), longestPauseMs, leftMs);
    await sleep(pauseMs, { clock, signal: abort.signal }).catch(() => {}); // over: asked once more
  }
}
