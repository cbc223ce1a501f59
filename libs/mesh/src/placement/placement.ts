import { parseAddress } from "@weft/discovery";
import type { Target } from "../catalogue/target.js";
import type { Peer } from "../peers/peer.js";
import type { Peers } from "../peers/peers.js";

/** The name of the caller's own process among the names of nodes. */
export const localName = "local";

export interface PlacementOptions {
  readonly peers: Peers;
  /** Every node of a service, whether it is ready or not. */
  readonly peersOf: (service: string) => readonly Peer[];
}

/** Which nodes a function may run on: those that hold it, unless its definition names others. */
export interface Placement {
  /** The target on the nodes that its definition lists. Worked out once for each target. */
  listed(target: Target): Target;
  /**
   * The nodes of these names, each once, in this order: ids or addresses of the target's candidates, `local`, and addresses
   * that discovery does not know. The other names stand for nodes that are gone, draining, or without the function.
   */
  named(target: Target, names: readonly string[]): readonly Peer[];
}

export function createPlacement(options: PlacementOptions): Placement {
  const { peers, peersOf } = options;
  const placed = new WeakMap<Target, Target>();
  const indexes = new WeakMap<readonly Peer[], ReadonlyMap<string, Peer>>();

  function index(list: readonly Peer[]): ReadonlyMap<string, Peer> {
    let found = indexes.get(list);
    if (found === undefined) {
      found = byName(list);
      indexes.set(list, found);
    }
    return found;
  }

  function named({ variant, candidates }: Target, names: readonly string[]): readonly Peer[] {
    const { service } = variant.config;
    const holders = index(candidates);
    const known = index(peersOf(service));
    const found = new Set<Peer>();
    for (const name of names) {
      const peer = name === localName ? peers.local(service) : holders.get(name);
      if (peer !== undefined) found.add(peer);
      else if (!known.has(name) && parseAddress(name) !== undefined) found.add(peers.at(name));
    }
    return [...found];
  }

  return {
    named,
    listed(target) {
      const { nodes } = target.variant.config;
      if (nodes.length === 0) return target;
      let listed = placed.get(target);
      if (listed === undefined) {
        listed = { ...target, candidates: named(target, nodes) };
        placed.set(target, listed);
      }
      return listed;
    },
  };
}

/** By id and by address. Where a restart has left two at one address, the younger counts. */
function byName(list: readonly Peer[]): ReadonlyMap<string, Peer> {
  const index = new Map<string, Peer>();
  for (const peer of list) {
    const { id, address, incarnation } = peer.node;
    index.set(id, peer);
    if ((index.get(address)?.node.incarnation ?? -1) < incarnation) index.set(address, peer);
  }
  return index;
}
