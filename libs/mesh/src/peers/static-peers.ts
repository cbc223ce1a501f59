import type { Clock } from "@weft/core";
import { Node } from "@weft/discovery";
import type { Dial, NodeConnection } from "../transport/node-connection.js";
import type { Impairments } from "./impairments.js";
import { createOpenConnections } from "./open-connections.js";
import { Peer } from "./peer.js";

const mostPeers = 1_000;

/** Peers at addresses that discovery does not list: the 1,000 that were asked for last. */
export interface StaticPeers {
  at(address: string): Peer;
  close(): void;
}

export interface StaticPeersOptions {
  readonly clock: Clock;
  /** Of all peers of the process. */
  readonly impairments: Impairments;
}

export function createStaticPeers(dial: Dial, options: StaticPeersOptions): StaticPeers {
  const peers = new Map<string, Peer>(); // the one that nobody asked for longest first
  const connections = createOpenConnections(dial, options.clock);

  /** Works as long as somebody holds its peer: what was closed meanwhile is opened again. */
  function connection(address: string): NodeConnection {
    const to = () => connections.to(address);
    return {
      execute: (request, limits) => to().execute(request, limits),
      open: (request, limits) => to().open(request, limits),
      functions: (limits, knownRevision) => to().functions(limits, knownRevision),
      explainPlugins: (limits) => to().explainPlugins(limits),
      close() {}, // others may use it
    };
  }

  function create(address: string): Peer {
    const node = Node.fromPartial({ id: address, address, weight: 1 });
    return new Peer(node, connection(address), options.impairments);
  }

  function dropOldest(): void {
    for (const [address, peer] of peers) {
      peers.delete(address);
      peer.forget();
      return;
    }
  }

  return {
    at(address) {
      const peer = peers.get(address) ?? create(address);
      peers.delete(address);
      peers.set(address, peer);
      if (peers.size > mostPeers) dropOldest();
      return peer;
    },
    close: connections.close,
  };
}
