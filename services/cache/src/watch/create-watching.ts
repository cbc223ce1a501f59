import { type Clock, Code, Reason, systemClock, WeftError } from "@weft/core";
import type { Store } from "../store/store.js";
import { createChangeLog } from "./change-log.js";
import { type WatchMessage, type WatchRequest, watchChanges } from "./watch-changes.js";

/** Watches one namespace until the signal fires, whose reason it throws. The watch begins with the first `next`. */
export type Watch = (request: WatchRequest, signal: AbortSignal) => AsyncGenerator<WatchMessage, never>;

export interface WatchingOptions {
  /** Times signs of life. Defaults to the system's. */
  readonly clock?: Clock;
  /** Watches at a time, over all namespaces. Defaults to 1,000: each looks at every change. */
  readonly most?: number;
}

/** Gives each store its watch; the bound is for all of them together. */
export function createWatching({ clock = systemClock, most = 1_000 }: WatchingOptions = {}): (store: Store) => Watch {
  let count = 0;
  return (store) => {
    const log = createChangeLog(store, { clock });
    return async function* watch(request, signal) {
      if (count >= most) throw tooManyWatches(most);
      count += 1;
      try {
        return yield* watchChanges(log, request, { clock, signal });
      } finally {
        count -= 1;
      }
    };
  };
}

function tooManyWatches(limit: number): WeftError {
  return new WeftError(Code.ResourceExhausted, `this cache has ${limit} watches, which is the limit`, {
    reason: Reason.TooManyStreams,
    metadata: { limit: String(limit) },
  });
}
