import type { WatchFunctionsRequest, WatchFunctionsResponse } from "@weft/contracts/node";
import type { PublishedSet } from "../define/publish.js";
import type { ServeStream } from "../rpc/rpc-handler.js";

/**
 * NodeService.WatchFunctions. The set of a process never changes, so what is left to tell is its end: the stream stays
 * open until the caller leaves or the process drains.
 */
export function watchFunctions(published: PublishedSet): ServeStream<WatchFunctionsRequest, WatchFunctionsResponse> {
  return async ({ knownRevision }, { abort: { signal } }, send) => {
    const { revision, configs } = published;
    if (knownRevision !== revision) await send({ revision, functions: [...configs] });
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };
}
