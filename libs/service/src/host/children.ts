import { WeftError } from "@weft/core";
import { isAborted, onAbort } from "@weft/mesh";
import { callerGone } from "../rpc/rpc-context.js";

/** The calls that a handler waits for: they end with it. However many there are, the handler's abort has one listener of theirs. */
export interface Children {
  /** Ties a child to the handler's abort, and to a signal of its own. The answer unties it. */
  add(child: AbortController, own?: AbortSignal): () => void;
}

export function createChildren(abort: Pick<AbortController, "signal">): Children {
  const children = new Set<AbortController>();
  onAbort(abort, () => {
    for (const child of children) end(child, abort.signal);
  });

  return {
    add(child, own) {
      if (isAborted(abort)) end(child, abort.signal);
      children.add(child);
      const onOwn = () => end(child, own as AbortSignal);
      if (own?.aborted) onOwn();
      own?.addEventListener("abort", onOwn);
      return () => {
        children.delete(child);
        own?.removeEventListener("abort", onOwn);
      };
    },
  };
}

/** A signal of somebody else's making may have any reason; calls end with WeftErrors only. */
function end(child: AbortController, { reason }: AbortSignal): void {
  child.abort(reason instanceof WeftError ? reason : callerGone().with({ cause: reason }));
}
