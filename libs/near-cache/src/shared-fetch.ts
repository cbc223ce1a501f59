import { type Clock, Code, Reason, WeftError } from "@weft/core";

/** How long one caller waits. */
export interface Wait {
  /** Ends the wait as CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the wait as DEADLINE_EXCEEDED. Absent: as long as the fetch takes. */
  readonly timeoutMs?: number | undefined;
}

/** A fetch that several callers wait for. */
export interface SharedFetch<Result> {
  /** Each wait has an end of its own; with the last one the fetch ends. */
  join(wait: Wait): Promise<Result>;
  readonly isAbandoned: boolean;
}

/** Begins a fetch, but not before the caller has the answer to this. */
export function shareFetch<Result>(begin: (signal: AbortSignal) => Promise<Result>, clock: Clock): SharedFetch<Result> {
  const abort = new AbortController();
  const outcome = Promise.resolve(abort.signal).then(begin);
  outcome.catch(() => {}); // who waits hears of it; nobody may
  let waiting = 0;

  return {
    get isAbandoned() {
      return abort.signal.aborted;
    },
    join({ signal, timeoutMs }) {
      waiting++;
      return new Promise((resolve, reject) => {
        const stopTimer = timeoutMs === undefined ? () => {} : clock.after(timeoutMs, () => leave(timedOut(timeoutMs)));
        const onAbort = () => leave(cancelled(signal));
        const leave = (error: WeftError) => {
          over();
          reject(error);
          if (waiting === 0) abort.abort();
        };
        let isOver = false;
        const over = () => {
          if (isOver) return;
          isOver = true;
          waiting--;
          stopTimer();
          signal?.removeEventListener("abort", onAbort);
        };
        if (signal?.aborted) return onAbort();
        signal?.addEventListener("abort", onAbort, { once: true });
        outcome.finally(over).then(resolve, reject);
      });
    },
  };
}

function timedOut(timeoutMs: number): WeftError {
  return new WeftError(Code.DeadlineExceeded, `no answer within ${timeoutMs} ms`, { reason: Reason.Timeout });
}

function cancelled(signal: AbortSignal | undefined): WeftError {
  return new WeftError(Code.Cancelled, "call cancelled", { reason: Reason.Cancelled, cause: signal?.reason });
}
