import type { Clock } from "@weft/core";
import { isAborted, onAbort } from "./call-abort.js";

/** How long somebody waits for something that goes on without him. */
export interface Wait {
  /** Ends the wait with its reason. */
  readonly abort: Pick<AbortController, "signal">;
  /** On the monotonic clock. */
  readonly deadlineAt: number;
  /** What a wait ends with whose time is up. */
  timeUp(nowMs: number): Error;
  readonly clock: Clock;
}

/** What comes, unless the wait is over before. */
export function whileWaiting<Result>(coming: Promise<Result>, wait: Wait): Promise<Result> {
  const { abort, deadlineAt, timeUp, clock } = wait;
  return new Promise((resolve, reject) => {
    if (isAborted(abort)) return reject(abort.signal.reason);
    const stopTimer = clock.after(deadlineAt - clock.now(), () => end(() => reject(timeUp(clock.now()))));
    const stopListening = onAbort(abort, () => end(() => reject(abort.signal.reason)));
    function end(settle: () => void): void {
      stopTimer();
      stopListening();
      settle();
    }
    coming.then(
      (result) => end(() => resolve(result)),
      (error) => end(() => reject(error)),
    );
  });
}
