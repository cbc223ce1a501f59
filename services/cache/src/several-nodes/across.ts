import type { Raw } from "../actions/field.js";

/** What an action answers, as plain data. */
export type Reply = Readonly<Record<string, unknown>>;

/** The nodes of a cache that have entries of their own each. */
export interface Nodes {
  /** This node first. */
  readonly ids: readonly string[];
  /**
   * Asks every node for what it alone has, by its place in `ids`. Undefined stands for a node that has left meanwhile, and
   * its entries with it. Rejects with what is wrong with the input, or with who failed.
   */
  ask(inputOf: (place: number) => Raw): Promise<readonly (Reply | undefined)[]>;
}

/** Does an action about all entries on every node, and makes one answer of theirs: that of one node which has them all. */
export type Across = (raw: Raw, nodes: Nodes) => Promise<Reply>;

/** The replies of the nodes that are still there, each with its node. */
export function present(
  { ids }: Pick<Nodes, "ids">,
  replies: readonly (Reply | undefined)[],
): readonly { readonly node: string; readonly reply: Reply }[] {
  return replies.flatMap((reply, place) => (reply === undefined ? [] : [{ node: ids[place] as string, reply }]));
}
