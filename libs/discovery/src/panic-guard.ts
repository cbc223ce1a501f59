import type { Node } from "./node.js";

/** What to believe of a list. */
export interface Verdict {
  readonly nodes: readonly Node[];
  /** Ask for the whole list again after this time: some removals are not believed yet. */
  readonly recheckMs?: number;
}

export interface PanicGuard {
  /** True while removals wait to be confirmed. */
  readonly isDoubting: boolean;
  judge(previous: readonly Node[], next: readonly Node[], now: number): Verdict;
}

// A mass removal must stand for 10 s, seen by three lists: longer than a leader election, shorter than a rollback.
const confirmMs = 10_000;
const recheckMs = 5_000;

/**
 * Never lets one update remove over half of the nodes, or all of them: such a list is more often the registry's fault
 * than theirs. Additions count at once; so do removals of nodes that said they were draining.
 */
export function createPanicGuard(): PanicGuard {
  let doubtedSince: number | undefined;
  return {
    get isDoubting() {
      return doubtedSince !== undefined;
    },
    judge(previous, next, now) {
      const present = new Set(next.map((node) => node.address));
      const active = previous.filter((node) => !node.draining);
      const missing = active.filter((node) => !present.has(node.address));
      const isSuspicious = missing.length * 2 > active.length;
      if (!isSuspicious || (doubtedSince !== undefined && now - doubtedSince >= confirmMs)) {
        doubtedSince = undefined;
        return { nodes: next };
      }
      doubtedSince ??= now;
      return { nodes: [...next, ...missing], recheckMs };
    },
  };
}
