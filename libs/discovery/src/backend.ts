import type { Node } from "./node.js";

/**
 * Where nodes are found. A backend never sleeps to try again, retries or logs: the watcher and the registrar do. Every
 * call it makes has a time limit, so nothing here waits for ever on a silent peer.
 */
export interface Backend {
  /**
   * True if a list is the truth for as long as the watch lasts. Otherwise it may be stale or cut short, and the watcher
   * doubts a list that suddenly lacks most nodes.
   */
  readonly exact: boolean;
  /** Yields the whole list now, and again after each change. Throws on failure, or `signal.reason` on abort. */
  watch(service: string, signal: AbortSignal): AsyncIterable<readonly Node[]>;
  /** The names of the services that have nodes, in the same way. */
  services(signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** A place for one node on the list, empty so far. `lost` is called when the backend drops the node on its own. */
  lease(lost: (error: unknown) => void): Lease;
  /** Frees the connections, once the watches have ended and the leases are released. */
  close(): void;
}

/** Calls on one lease do not overlap: the registrar sees to it. */
export interface Lease {
  /** Puts the node on the list or replaces its entry. Repeated every `heartbeatMs`, it keeps the node there. */
  put(node: Node, signal: AbortSignal): Promise<void>;
  /** Takes the node off the list. Nothing happens if it is not there. */
  release(signal: AbortSignal): Promise<void>;
}

/** How often a lease is renewed: three of these fit into the 30 s after which a silent node is dropped. */
export const heartbeatMs = 10_000;
/** After how long without a heartbeat a node is dropped. */
export const leaseMs = 30_000;
/** The longest wait for the answer to a plain call: well over a slow network, well under a drain. */
export const answerMs = 5_000;
