import { Code, Reason, silentLogger, sleep, systemClock, WeftError } from "@weft/core";
import { createRetry, type DiscoveryOptions } from "./retry.js";

/** A list kept current until its signal fires. */
export interface ListWatch<T> {
  /** The last good list, frozen; a change replaces it. Empty until synced. */
  readonly current: readonly T[];
  /** True once the first list has arrived. */
  readonly isSynced: boolean;
  /** Resolves with the first list, never rejects: whoever waits sets the limit. */
  readonly synced: Promise<void>;
  /** How long the backend has been failing: the list may be this old. 0 while all is well. */
  readonly staleMs: number;
  /** Calls `listener` after every change from now on; the answer ends that. */
  subscribe(listener: (list: readonly T[]) => void): () => void;
}

export interface WatchOptions extends DiscoveryOptions {
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** What the last list becomes when the backend says `next`. `isFirst`: nothing was heard since the start or a failure. */
export type Accept<T> = (
  previous: readonly T[],
  next: readonly T[],
  isFirst: boolean,
) => { readonly list: readonly T[]; readonly recheckMs?: number | undefined };

// Ends one opening of a watch in order to ask again. No failure.
const recheck = Symbol("recheck");

/** Follows `open`, again and again, until the signal fires. The only place that retries a watch. */
export function watchList<T>(
  name: string,
  open: (signal: AbortSignal) => AsyncIterable<readonly T[]>,
  accept: Accept<T>,
  options: WatchOptions,
): ListWatch<T> {
  const { signal, clock = systemClock, logger = silentLogger } = options;
  const retry = createRetry("discovery", options);
  const listeners = new Set<(list: readonly T[]) => void>();
  let current: readonly T[] = Object.freeze([]);
  let isSynced = false;
  let resolveSynced = () => {};
  const synced = new Promise<void>((resolve) => {
    resolveSynced = resolve;
  });

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const error = await follow();
      if (error === recheck || signal.aborted) continue;
      const waitMs = retry.failed(error, { watch: name, kept: current.length });
      await sleep(waitMs, { clock, signal }).catch(() => {}); // rejects on abort only, which ends the loop
    }
  }

  /** One opening of the watch. Answers why it ended. */
  async function follow(): Promise<unknown> {
    const attempt = new AbortController();
    const abort = () => attempt.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    let cancelRecheck = () => {};
    let isFirst = true;
    try {
      for await (const next of open(attempt.signal)) {
        cancelRecheck();
        if (signal.aborted) break; // whoever ended the watch hears no more of it
        const { list, recheckMs } = accept(current, next, isFirst);
        isFirst = false;
        retry.succeeded({ watch: name });
        publish(list);
        if (recheckMs === undefined) continue;
        logger.warn({ watch: name, had: list.length, got: next.length }, "sudden loss of nodes, asking again");
        cancelRecheck = clock.after(recheckMs, () => attempt.abort(recheck));
      }
      return new WeftError(Code.Unavailable, "the backend ended the watch", { reason: Reason.ConnectionLost });
    } catch (error) {
      return error;
    } finally {
      cancelRecheck();
      signal.removeEventListener("abort", abort);
    }
  }

  function publish(list: readonly T[]): void {
    const isNews = list !== current || !isSynced;
    current = list;
    isSynced = true;
    resolveSynced();
    if (!isNews) return;
    for (const listener of [...listeners]) {
      try {
        listener(list);
      } catch (error) {
        logger.error({ watch: name, err: error }, "a listener threw"); // its bug, not the backend's
      }
    }
  }

  void run();
  return {
    get current() {
      return current;
    },
    get isSynced() {
      return isSynced;
    },
    synced,
    get staleMs() {
      return retry.failingMs;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
