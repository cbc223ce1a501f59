import type { Clock } from "@weft/core";
import type { Peer } from "../peers/peer.js";

const keptMs = 3_600_000;
const mostEntries = 100_000;

interface Binding {
  peer: Peer;
  /** Where it stood among the candidates: most lists stay as they are. */
  index: number;
  usedAtMs: number;
}

/**
 * Which node each key is bound to: for 1 h after its last use, at most 100,000 keys (some 20 MB), the one idle longest
 * goes. One for a process, so that a binding outlives the definition of the function that made it.
 */
export interface StickyTable {
  /** The bound peer, if it is among the candidates. */
  find(key: string, candidates: readonly Peer[]): Peer | undefined;
  /** Binds a key, or notes that its binding is in use. */
  bind(key: string, peer: Peer): void;
  readonly size: number;
}

export function createStickyTable(options: { readonly clock: Clock }): StickyTable {
  const { clock } = options;
  const bindings = new Map<string, Binding>(); // the one idle longest first

  function dropExpired(nowMs: number): void {
    for (const [key, { usedAtMs }] of bindings) {
      if (nowMs - usedAtMs < keptMs) return;
      bindings.delete(key);
    }
  }

  return {
    find(key, candidates) {
      const binding = bindings.get(key);
      if (binding === undefined || clock.now() - binding.usedAtMs >= keptMs) return undefined;
      if (candidates[binding.index] !== binding.peer) {
        const index = candidates.indexOf(binding.peer);
        if (index === -1) return undefined;
        binding.index = index;
      }
      return binding.peer;
    },
    bind(key, peer) {
      const nowMs = clock.now();
      dropExpired(nowMs);
      const binding = bindings.get(key) ?? { peer, index: 0, usedAtMs: nowMs };
      binding.peer = peer;
      binding.usedAtMs = nowMs;
      bindings.delete(key);
      bindings.set(key, binding);
      if (bindings.size <= mostEntries) return;
      for (const oldest of bindings.keys()) return void bindings.delete(oldest);
    },
    get size() {
      return bindings.size;
    },
  };
}
