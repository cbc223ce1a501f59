import type { Peer } from "../peers/peer.js";

/** Some peers of a list, and how long it stays so. */
interface Sifted {
  readonly peers: readonly Peer[];
  /** How often anything had changed until then. */
  readonly changes: number;
  /** When the first of those left out may be tried. */
  readonly untilMs: number;
}

interface Reachable extends Sifted {
  /** Those where a function's breaker lets calls through, by the function's hash. */
  readonly forFunctions: Map<string, Sifted>;
}

// Among 10,000 nodes one is always out. To walk over them takes 100 µs and more, so it is done when anything has changed,
// not for every call; and what selectors work out for a list serves as long.
const reachable = new WeakMap<readonly Peer[], Reachable>();

/**
 * Those of the candidates that may be asked for a function now: neither gone nor draining nor ejected, and its breaker
 * closed. The same list as long as that does not change.
 */
export function wellPeers(candidates: readonly Peer[], hash: string, nowMs: number): readonly Peer[] {
  const [first] = candidates;
  if (first === undefined) return candidates;
  const { impairments } = first;
  if (first.isGone) return sift(candidates, (peer) => peer.waitMs(hash, nowMs), nowMs).peers; // an old list, about to go
  if (impairments.areNone(hash)) return candidates;

  const { changes } = impairments;
  let found = reachable.get(candidates);
  if (!isValid(found, changes, nowMs)) {
    const sifted = sift(candidates, (peer) => peer.unreachableMs(nowMs), nowMs, changes);
    found = { ...sifted, forFunctions: new Map() };
    reachable.set(candidates, found);
  }
  if (!impairments.isOpen(hash)) return found.peers;

  let closed = found.forFunctions.get(hash);
  if (!isValid(closed, changes, nowMs)) {
    closed = sift(found.peers, (peer) => peer.breakers.waitMs(hash, nowMs), nowMs, changes);
    found.forFunctions.set(hash, closed);
  }
  return closed.peers;
}

function isValid<Found extends Sifted>(found: Found | undefined, changes: number, nowMs: number): found is Found {
  return found !== undefined && found.changes === changes && nowMs < found.untilMs;
}

function sift(peers: readonly Peer[], waitMs: (peer: Peer) => number, nowMs: number, changes = 0): Sifted {
  let untilMs = Number.POSITIVE_INFINITY;
  const well = peers.filter((peer) => {
    const leftMs = waitMs(peer);
    if (leftMs > 0) untilMs = Math.min(untilMs, nowMs + leftMs);
    return leftMs === 0;
  });
  return { peers: well.length === peers.length ? peers : well, changes, untilMs };
}
