import { createNode, type Node, parseAddress } from "@weft/discovery";

/** The entries of nodes that discovery does not list, known by host:port alone. */
export function staticNodes(service: string, addresses: readonly string[], revision: string): readonly Node[] {
  return [...new Set(addresses)].map((address) =>
    createNode({ service, address, incarnation: 0, revision, weight: 1 }),
  );
}

/** True for the HOST:PORT of a node. */
export function isNodeAddress(text: string): boolean {
  return text.length <= 259 && parseAddress(text) !== undefined;
}
