import { type Clock, systemClock } from "@weft/core";
import { Node } from "@weft/discovery";
import type { Dial, NodeConnection } from "../transport/node-connection.js";
import { Impairments } from "./impairments.js";
import { Peer } from "./peer.js";
import { createStaticPeers } from "./static-peers.js";

/** What this process hosts itself, and the way to it that needs no network. */
export interface LocalNode {
  readonly service: string;
  readonly connection: NodeConnection;
}

export interface PeersOptions {
  readonly clock?: Clock;
  readonly local?: LocalNode | undefined;
}

/** The peers of a process: one for each node, kept as long as discovery lists it, so that what was learnt of it stays. */
export interface Peers {
  /** Takes over the whole list of a service and answers its peers, in the same order. */
  update(service: string, nodes: readonly Node[]): readonly Peer[];
  /** The node at an address that discovery does not list. */
  at(address: string): Peer;
  /** This process, if it hosts the service. */
  local(service: string): Peer | undefined;
  close(): void;
}

export function createPeers(dial: Dial, options: PeersOptions = {}): Peers {
  const { clock = systemClock, local } = options;
  const services = new Map<string, ReadonlyMap<string, Peer>>();
  const impairments = new Impairments();
  const statics = createStaticPeers(dial, { clock, impairments });
  const own =
    local &&
    new Peer(Node.fromPartial({ id: "local", service: local.service, weight: 1 }), local.connection, impairments);

  return {
    update(service, nodes) {
      const before = services.get(service);
      const after = new Map<string, Peer>();
      for (const node of nodes) {
        const known = before?.get(node.id);
        // The same id at another address is another process.
        if (known?.node.address === node.address) {
          known.node = node;
          after.set(node.id, known);
        } else {
          after.get(node.id)?.leave(); // two of one id: nobody could tell them apart
          after.set(node.id, new Peer(node, dial(node.address), impairments));
        }
      }
      services.set(service, after);
      for (const [id, peer] of before ?? []) if (after.get(id) !== peer) peer.leave();
      return [...after.values()];
    },
    at: statics.at,
    local: (service) => (local?.service === service ? own : undefined),
    close() {
      for (const peers of services.values()) for (const peer of peers.values()) peer.leave();
      services.clear();
      statics.close();
    },
  };
}
