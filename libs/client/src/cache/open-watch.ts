import { type CacheServiceClient, ChangeKind, type WatchResponse } from "@weft/contracts/cache";
import type { OpenWatch, WatchMessage } from "@weft/near-cache";

/** What a watch of CacheService tells, as a near cache reads it. */
export function openWatch(cache: CacheServiceClient, namespace: string, prefixes: readonly string[]): OpenWatch {
  return async function* watch(resumeAfter, signal) {
    const call = cache.watch({ namespace, keys: [], prefixes: [...prefixes], resumeAfter });
    const cancel = () => call.cancel();
    // The error that a cancel leaves behind may come when nobody reads any more; unheard, it would end the process.
    call.on("error", () => {});
    signal.addEventListener("abort", cancel, { once: true });
    try {
      for await (const response of call) yield messageOf(response as WatchResponse);
    } finally {
      signal.removeEventListener("abort", cancel);
      cancel();
    }
  };
}

function messageOf({ position, gap, changes }: WatchResponse): WatchMessage {
  return {
    position: position ?? { epoch: "", sequence: 0 },
    gap,
    changes: changes.map(({ kind, key }) => ({ key: kind === ChangeKind.CHANGE_KIND_CLEAR ? undefined : key })),
  };
}
