import type { Node } from "@weft/discovery";
import type { Dial } from "../transport/node-connection.js";
import { Impairments } from "./impairments.js";
import { Peer } from "./peer.js";

/** The peers of a process: one for each node, kept as long as discovery lists it, so that what was learnt of it stays. */
export interface Peers {
  /** Takes over the whole list of a service and answers its peers, in the same order. */
  update(service: string, nodes: readonly Node[]): readonly Peer[];
  /** Everything known now, over all services. */
  all(): readonly Peer[];
  close(): void;
}

export function createPeers(dial: Dial): Peers {
  const services = new Map<string, ReadonlyMap<string, Peer>>();
  return {
    update(service, nodes) {
      const before = services.get(service);
      const after = new Map<string, Peer>();
      const [anyPeer] = before?.values() ?? [];
      const impairments = anyPeer?.impairments ?? new Impairments();
      for (const node of nodes) {
        const known = before?.get(node.id);
        // The same id at another address is another process.
        if (known?.node.address === node.address) {
          known.node = node;
          after.set(node.id, known);
        } else after.set(node.id, new Peer(node, dial(node.address), impairments));
      }
      services.set(service, after);
      for (const [id, peer] of before ?? []) if (after.get(id) !== peer) peer.leave();
      return [...after.values()];
    },
    all: () => [...services.values()].flatMap((peers) => [...peers.values()]),
    close() {
      for (const peers of services.values()) for (const peer of peers.values()) peer.leave();
      services.clear();
    },
  };
}
