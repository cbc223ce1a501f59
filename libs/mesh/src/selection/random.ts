import type { Selector, SelectorOptions } from "./selector.js";

/** Any node, each as likely as the others. */
export function random(options: SelectorOptions): Selector {
  return {
    // Every index below the length holds a peer.
    pick: (_call, candidates) => candidates[Math.floor(options.random() * candidates.length)] as (typeof candidates)[0],
  };
}
