import type { Clock } from "@weft/core";
import { Node } from "@weft/discovery";
import type { Dial, NodeConnection } from "../transport/node-connection.js";
import type { Impairments } from "./impairments.js";
import { Peer } from "./peer.js";

const mostPeers = 1_000;
const idleMs = 300_000;

/**
 * Peers at addresses that discovery does not list, one for each. A connection is opened by its first call and closed after
 * 5 min without one; at most 1,000 stay, the one unused longest goes. Whoever still holds its peer opens it anew.
 */
export interface StaticPeers {
  at(address: string): Peer;
  close(): void;
}

export interface StaticPeersOptions {
  readonly clock: Clock;
  /** Of all peers of the process. */
  readonly impairments: Impairments;
}

interface Entry {
  readonly peer: Peer;
  open: NodeConnection | undefined;
  usedAtMs: number;
}

export function createStaticPeers(dial: Dial, options: StaticPeersOptions): StaticPeers {
  const { clock, impairments } = options;
  const entries = new Map<string, Entry>(); // the one unused longest first
  let cancelSweep: (() => void) | undefined;

  function use(entry: Entry): void {
    const { address } = entry.peer.node;
    const held = entries.get(address);
    if (held !== undefined && held !== entry) rest(held);
    entry.usedAtMs = clock.now();
    entries.delete(address);
    entries.set(address, entry);
    dropWhile(() => entries.size > mostPeers);
    cancelSweep ??= clock.after(idleMs, sweep);
  }

  function sweep(): void {
    const untilMs = clock.now() - idleMs;
    dropWhile(({ usedAtMs }) => usedAtMs <= untilMs);
    cancelSweep = entries.size > 0 ? clock.after(idleMs, sweep) : undefined;
  }

  function dropWhile(isDue: (entry: Entry) => boolean): void {
    for (const [address, entry] of entries) {
      if (!isDue(entry)) return;
      entries.delete(address);
      rest(entry);
    }
  }

  function createEntry(address: string): Entry {
    const opened = () => {
      use(entry);
      entry.open ??= dial(address);
      return entry.open;
    };
    const connection: NodeConnection = {
      execute: (request, limits) => opened().execute(request, limits),
      open: (request, limits) => opened().open(request, limits),
      functions: (limits, knownRevision) => opened().functions(limits, knownRevision),
      explainPlugins: (limits) => opened().explainPlugins(limits),
      close: () => rest(entry),
    };
    const node = Node.fromPartial({ id: address, address, weight: 1 });
    const entry: Entry = { peer: new Peer(node, connection, impairments), open: undefined, usedAtMs: 0 };
    return entry;
  }

  return {
    at(address) {
      const entry = entries.get(address) ?? createEntry(address);
      use(entry);
      return entry.peer;
    },
    close() {
      cancelSweep?.();
      dropWhile(() => true);
    },
  };
}

function rest(entry: Entry): void {
  entry.peer.forget();
  entry.open?.close();
  entry.open = undefined;
}
