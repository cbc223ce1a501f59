import type { Clock, Logger } from "@weft/core";
import { type Backend, type ListWatch, type Node, watchNodes } from "@weft/discovery";

export interface OtherNodesOptions {
  /** Id of this node. */
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The other nodes of the cache, each with entries of its own. */
export interface OtherNodes {
  /** Of this node. Empty until it watches. */
  readonly self: string;
  /** Of the others. None until discovery knows better. */
  readonly ids: readonly string[];
  watch(backend: Backend, options: OtherNodesOptions): void;
  close(): void;
}

/** Knows no node until it watches. */
export function otherNodes(): OtherNodes {
  const ending = new AbortController();
  let nodes: ListWatch<Node> | undefined;
  let own = "";
  return {
    get self() {
      return own;
    },
    get ids() {
      return nodes?.current.flatMap(({ id }) => (id === own ? [] : [id])) ?? [];
    },
    watch(backend, { node, clock, logger }) {
      own = node;
      nodes = watchNodes(backend, "cache", { signal: ending.signal, clock, logger });
    },
    close: () => ending.abort(),
  };
}
