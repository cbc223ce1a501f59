import { createNode, type Node } from "@weft/discovery";

/** The entries of nodes that discovery does not list, known by host:port alone. */
export function staticNodes(service: string, addresses: readonly string[], revision: string): readonly Node[] {
  return [...new Set(addresses)].map((address) => createNode({ service, address, incarnation: 0, revision, weight: 1 }));
}
