import { type Clock, Code, Reason, WeftError } from "@weft/core";
import { configEvents } from "../events/events.js";
import type { Peer } from "../peers/peer.js";
import type { ServiceSnapshot } from "./snapshot.js";
import type { FunctionVariant } from "./target.js";

/** What asking for functions brought. */
export type PullOutcome = "updated" | "unchanged";

/** The functions of one service, kept current from its source. */
export interface ServiceCatalogue {
  /** discovery: its nodes are listed there. pull: its nodes are a setting. push: it publishes itself. */
  readonly source: "discovery" | "pull" | "push";
  readonly snapshot: ServiceSnapshot;
  readonly peers: readonly Peer[];
  /** True when nothing that is known to be there is still to be fetched. */
  readonly isReady: boolean;
  /** Resolves when that is so, or when the signal fires. */
  whenReady(signal?: AbortSignal): Promise<void>;
  /** Asks the nodes now; `isForced`: also for what is held. Throws NO_NODES_AVAILABLE if none of them answers. */
  pull(isForced: boolean): Promise<PullOutcome>;
  /** Looks at the switches of operators again. */
  refresh(): void;
  close(): void;
}

/** Time limit of one question to one node. */
export const fetchLimitMs = 5_000;

/** True if the same definitions came again, in whatever order. */
export function isSameSet(a: readonly FunctionVariant[] = [], b: readonly FunctionVariant[]): boolean {
  const hashes = new Set(a.map(({ config }) => config.hash));
  return a.length === b.length && b.every(({ config }) => hashes.has(config.hash));
}

export function noneAnswered(service: string): WeftError {
  return new WeftError(Code.Unavailable, `no node of service "${service}" gave its functions`, {
    reason: Reason.NoNodesAvailable,
    metadata: { service },
    retryAfterMs: 1_000,
  });
}

/** Runs one fetch between its events. It answers how many functions came, and what that changed. */
export async function pulling<Answer extends { readonly count: number; readonly outcome: string }>(
  { service, clock }: { readonly service: string; readonly clock: Clock },
  fetch: () => Promise<Answer>,
): Promise<Answer> {
  const startedAt = clock.now();
  if (configEvents.pullStart.hasListeners) configEvents.pullStart.publish({ service });
  let answer: { readonly count: number; readonly outcome: string } = { count: 0, outcome: "failed" };
  try {
    const fetched = await fetch();
    answer = fetched;
    return fetched;
  } finally {
    const { count, outcome } = answer;
    if (configEvents.pullStop.hasListeners)
      configEvents.pullStop.publish({ service, count, outcome, duration_us: (clock.now() - startedAt) * 1_000 });
  }
}
