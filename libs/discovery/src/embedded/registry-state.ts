import { Code, WeftError } from "@weft/core";
import type { Node } from "../node.js";
import { isSameNode } from "../node-list.js";

/** Who holds an entry: any object, known by its identity. */
export type Holder = object;

export interface RegistryState {
  /**
   * Enters the holder's node, or replaces its entry; true if the list of its service changed. Throws INVALID_ARGUMENT if
   * the holder's node was another one, ABORTED if a newer incarnation has the address, RESOURCE_EXHAUSTED if full.
   */
  put(holder: Holder, node: Node): boolean;
  /** Removes the holder's node, and answers it. */
  drop(holder: Holder): Node | undefined;
  nodes(service: string): readonly Node[];
  services(): readonly string[];
  readonly size: number;
}

// Far beyond one machine, and a whole list still fits into one message.
const defaultMaxNodes = 10_000;

/** What the registry knows. Exact: no time, no streams, just who holds which address of which service. */
export function createRegistryState(maxNodes = defaultMaxNodes): RegistryState {
  const byService = new Map<string, Map<string, { readonly node: Node; readonly holder: Holder }>>();
  const held = new Map<Holder, Node>();

  return {
    put(holder, node) {
      const own = held.get(holder);
      if (own !== undefined && (own.service !== node.service || own.address !== node.address))
        throw new WeftError(Code.InvalidArgument, `a lease keeps its service and address, got "${node.address}"`);
      const entries = byService.get(node.service) ?? new Map();
      const present = entries.get(node.address);
      if (present !== undefined && present.holder !== holder && present.node.incarnation > node.incarnation)
        throw new WeftError(Code.Aborted, `address "${node.address}" belongs to a newer incarnation`);
      if (present === undefined && held.size >= maxNodes)
        throw new WeftError(Code.ResourceExhausted, `the registry is full: ${maxNodes} nodes`);

      if (present !== undefined) held.delete(present.holder); // a restart, or a reconnect that overtook its old stream's end
      held.set(holder, node);
      byService.set(node.service, entries.set(node.address, { node, holder }));
      return present === undefined || !isSameNode(present.node, node);
    },
    drop(holder) {
      const node = held.get(holder);
      if (node === undefined) return undefined;
      held.delete(holder);
      const entries = byService.get(node.service);
      entries?.delete(node.address);
      if (entries?.size === 0) byService.delete(node.service);
      return node;
    },
    nodes: (service) => [...(byService.get(service)?.values() ?? [])].map((entry) => entry.node),
    services: () => [...byService.keys()],
    get size() {
      return held.size;
    },
  };
}
