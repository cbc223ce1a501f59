import { once } from "node:events";
import type { Writable } from "node:stream";

/** Where a command writes. What cannot be written any more is dropped. */
export interface Output {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Fires when the reader has gone, as `head` does when it has enough. */
  readonly closed: AbortSignal;
}

export function createOutput(stream: Writable): Output {
  const closed = new AbortController();
  stream.on("error", () => closed.abort()); // EPIPE and its like: whoever writes sees `closed`
  return {
    closed: closed.signal,
    async write(text) {
      if (closed.signal.aborted || stream.write(text)) return;
      await once(stream, "drain", { signal: closed.signal }).catch(() => {}); // fails by `closed` alone
    },
  };
}
