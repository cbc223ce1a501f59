import { Code, Reason, WeftError } from "@weft/core";
import type { Call } from "../call.js";
import type { Selector } from "./selector.js";

/** The selector that a plugin of the caller offers under a name. */
export function registered(name: string): Required<Selector> {
  const offered = ({ provided }: Call): Selector => {
    const selector = provided.selectors.get(name);
    if (selector !== undefined) return selector;
    throw new WeftError(Code.Unavailable, `no selector "${name}" is registered`, {
      reason: Reason.NoNodesAvailable,
      metadata: { selector: name },
      retryAfterMs: 1_000,
    });
  };
  return {
    pick(call, candidates) {
      const picked = offered(call).pick(call, candidates);
      if (!candidates.includes(picked)) throw new Error(`selector "${name}" picked a node that is no candidate`);
      return picked;
    },
    rank: (call, candidates) => offered(call).rank?.(call, candidates),
  };
}
