import type { Clock } from "@weft/core";
import type { Peer } from "../peers/peer.js";
import { at, type Selector, withFirst } from "./selector.js";

// Differences below a millisecond are noise, which would send everything to one node.
const shortestMs = 1;

// What an answer of a node is expected to take while its first one is under way: a new node gets one call, then its share.
const unmeasuredMs = 1_000;

export interface LeastRequestOptions {
  readonly random: () => number;
  readonly clock: Clock;
}

/**
 * The less loaded of two nodes drawn at random, by the time that a call would wait there: latency times calls under way.
 * Two draws do nearly as well as looking at all, and callers do not run to the same node together.
 * Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001.
 */
export function leastRequest(options: LeastRequestOptions): Required<Selector> {
  const { random, clock } = options;

  const pick: Selector["pick"] = (_call, candidates) => {
    const { length } = candidates;
    if (length === 1) return at(candidates, 0);
    const first = Math.floor(random() * length);
    const other = Math.floor(random() * (length - 1));
    const a = at(candidates, first);
    const b = at(candidates, other < first ? other : other + 1);
    const nowMs = clock.now();
    return waitMs(b, nowMs) < waitMs(a, nowMs) ? b : a;
  };

  return {
    pick,
    rank(call, candidates) {
      const nowMs = clock.now();
      const leastFirst = [...candidates].sort((a, b) => waitMs(a, nowMs) - waitMs(b, nowMs));
      return withFirst(pick(call, candidates), leastFirst);
    },
  };
}

function waitMs({ load, inFlight }: Peer, nowMs: number): number {
  if (!load.isMeasured) return inFlight * unmeasuredMs;
  return (inFlight + 1) * Math.max(shortestMs, load.ewmaMs(nowMs));
}
