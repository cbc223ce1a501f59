import type { Clock } from "@weft/core";
import type { Peer } from "../peers/peer.js";

const keptMs = 3_600_000;
const mostEntries = 100_000;

interface Binding {
  readonly key: string;
  peer: Peer;
  /** Where it stood among the candidates: most lists stay as they are. */
  index: number;
  usedAtMs: number;
  /** The ones used before and after it. */
  older: Binding | undefined;
  newer: Binding | undefined;
}

/**
 * Which node each key is bound to: for 1 h after its last use, at most 100,000 keys (some 25 MB), the one idle longest
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
  const bindings = new Map<string, Binding>();
  // A list of their use beside the map: a map that is kept in that order leaves a gap for each use, and to find its first
  // entry past the gaps took up to 28 µs.
  let oldest: Binding | undefined;
  let newest: Binding | undefined;

  function append(binding: Binding): void {
    binding.older = newest;
    binding.newer = undefined;
    if (newest === undefined) oldest = binding;
    else newest.newer = binding;
    newest = binding;
  }

  function unlink({ older, newer }: Binding): void {
    if (older === undefined) oldest = newer;
    else older.newer = newer;
    if (newer === undefined) newest = older;
    else newer.older = older;
  }

  function drop(binding: Binding): void {
    unlink(binding);
    bindings.delete(binding.key);
  }

  function add(key: string, peer: Peer, usedAtMs: number): void {
    const binding = { key, peer, index: 0, usedAtMs, older: undefined, newer: undefined };
    bindings.set(key, binding);
    append(binding);
    if (bindings.size > mostEntries && oldest !== undefined) drop(oldest);
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
      while (oldest !== undefined && nowMs - oldest.usedAtMs >= keptMs) drop(oldest);
      const binding = bindings.get(key);
      if (binding === undefined) return add(key, peer, nowMs);
      binding.peer = peer;
      binding.usedAtMs = nowMs;
      if (binding === newest) return;
      unlink(binding);
      append(binding);
    },
    get size() {
      return bindings.size;
    },
  };
}
