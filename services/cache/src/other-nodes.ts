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
  /** 0 until discovery knows better. */
  readonly count: number;
  watch(backend: Backend, options: OtherNodesOptions): void;
  close(): void;
}

/** Knows no node until it watches. */
export function otherNodes(): OtherNodes {
  const ending = new AbortController();
  let nodes: ListWatch<Node> | undefined;
  let own = "";
  return {
    get count() {
      return nodes?.current.reduce((count, { id }) => (id === own ? count : count + 1), 0) ?? 0;
    },
    watch(backend, { node, clock, logger }) {
      own = node;
      nodes = watchNodes(backend, "cache", { signal: ending.signal, clock, logger });
    },
    close: () => ending.abort(),
  };
}
