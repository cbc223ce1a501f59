import { Code, Reason, WeftError } from "@weft/core";
import type { Mesh } from "@weft/mesh";

/** The mesh as the functions of one process call it: opened by the first call, so that a service that calls nobody watches nobody. */
export interface Outgoing {
  /** Throws DRAINING once closed. */
  mesh(): Promise<Mesh>;
  /** When no handler calls any more. */
  close(): Promise<void>;
}

export function createOutgoing(open: () => Promise<Mesh>): Outgoing {
  let opening: Promise<Mesh> | undefined;
  let isClosed = false;

  async function opened(): Promise<Mesh> {
    try {
      return await open();
    } catch (error) {
      opening = undefined; // the next call tries again
      throw error;
    }
  }

  return {
    mesh() {
      if (isClosed)
        throw new WeftError(Code.Unavailable, "this node has shut down", {
          reason: Reason.Draining,
          retryAfterMs: 1_000,
        });
      opening ??= opened();
      return opening;
    },
    async close() {
      isClosed = true;
      const mesh = await opening?.catch(() => undefined); // one that did not open has nothing to close
      await mesh?.close();
    },
  };
}
