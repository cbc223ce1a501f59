import type { Clock } from "@weft/core";
import { createNearCache, type Fetched, type NearCacheStats } from "@weft/near-cache";
import type { Catalogue } from "../../catalogue/catalogue.js";
import type { Peer } from "../../peers/peer.js";
import { allResults } from "./result-key.js";
import type { KeptResult } from "./result-store.js";
import { watchPeer } from "./watch-peer.js";

export interface NearResultsOptions {
  /** Most results to hold. */
  readonly maxEntries: number;
  /** Id of this process, for the log of the cache's nodes. */
  readonly caller: string;
  readonly clock: Clock;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/** What the cache says of a key; `watch` is the id of the node that said it. */
export type AskForResult = (key: string) => Promise<Fetched<KeptResult | undefined>>;

/** Copies of kept results in this process, which every node of the cache is watched for. */
export interface NearResults {
  /** The copy, or what the cache says. Follows the nodes that the catalogue has now. */
  get(key: string, ask: AskForResult, catalogue: Catalogue): Promise<KeptResult | undefined>;
  /** For who has written a result. */
  forget(key: string): void;
  /** For who has removed results. */
  forgetAll(): void;
  readonly stats: NearCacheStats;
  close(): void;
}

export function createNearResults({ maxEntries, caller, clock, random }: NearResultsOptions): NearResults {
  const prefixes = [allResults];
  let ask: AskForResult | undefined;
  const near = createNearCache<KeptResult | undefined>({
    // What is asked differs by the key alone, so the way that was taken last is as good as any.
    fetch: (key) => (ask === undefined ? Promise.reject(new Error("nobody has asked")) : ask(key)),
    prefixes,
    maxEntries,
    clock,
    random,
  });
  const stops = new Map<Peer, () => void>();
  let nodes: readonly Peer[] = [];

  /** Keys move to other nodes when nodes come and go, and what the one before says of them counts no more. */
  function follow(catalogue: Catalogue): void {
    const found = catalogue.find("cache", "watch", "");
    const target = found === "disabled" || found?.variant.shape !== "stream" ? undefined : found;
    const now = target?.candidates ?? none;
    if (now === nodes) return;
    nodes = now;
    near.forgetAll();
    for (const [peer, stop] of stops) {
      if (now.includes(peer)) continue;
      stop();
      stops.delete(peer);
    }
    for (const peer of now)
      if (target !== undefined && !stops.has(peer))
        stops.set(peer, near.follow(peer.id, watchPeer({ peer, target, prefixes, caller })));
  }

  return {
    get(key, askForResult, catalogue) {
      ask = askForResult;
      follow(catalogue);
      return near.get(key);
    },
    forget: near.forget,
    forgetAll: near.forgetAll,
    get stats() {
      return near.stats;
    },
    close: near.close,
  };
}

const none: readonly Peer[] = [];
