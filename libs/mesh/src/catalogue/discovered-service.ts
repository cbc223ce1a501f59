import { createBackoff, sleep } from "@weft/core";
import type { Node } from "@weft/discovery";
import type { Peer } from "../peers/peer.js";
import type { FunctionSet } from "../transport/node-connection.js";
import {
  fetchLimitMs,
  isSameSet,
  noneAnswered,
  type PullOutcome,
  pulling,
  type ServiceCatalogue,
} from "./service-catalogue.js";
import { createServiceFunctions, type ServiceOptions } from "./service-functions.js";
import type { FunctionVariant } from "./target.js";
import { createWaiting } from "./waiting.js";

/**
 * A service that discovery lists. Each revision that its nodes announce is fetched once, from any node that has it, so the
 * cost follows the number of revisions and not of nodes. The sets of a service that has no nodes left are kept: its
 * functions are known, but unavailable.
 */
export interface DiscoveredService extends ServiceCatalogue {
  /** Fires when it is closed. */
  readonly closed: AbortSignal;
  /** Takes over the list of nodes. */
  update(nodes: readonly Node[]): void;
}

export function createDiscoveredService(options: ServiceOptions): DiscoveredService {
  const { service, clock, random, logger } = options;
  const functions = createServiceFunctions(options);
  const sets = new Map<string, readonly FunctionVariant[]>();
  const fetches = new Map<string, AbortController>();
  const closing = new AbortController();
  const waiting = createWaiting();
  let nodes: readonly Node[] = [];
  let hasList = false;

  const announced = () => new Set(nodes.map((node) => node.revision));
  const holdersOf = (revision: string) => functions.peers.filter((peer) => peer.node.revision === revision);

  function update(listed: readonly Node[]): void {
    hasList = true;
    nodes = listed;
    const revisions = announced();
    for (const [revision, fetch] of fetches) if (!revisions.has(revision)) fetch.abort();
    const missing = [...revisions].filter((revision) => !sets.has(revision) && !fetches.has(revision));
    dropUnannounced();
    functions.publish(nodes, sets); // makes the peers that are asked
    for (const revision of missing) void fetchSet(revision);
    settle();
  }

  /** Asks the nodes of a revision in turn until one answers with it, as long as anybody announces it. */
  async function fetchSet(revision: string): Promise<void> {
    const abort = new AbortController();
    fetches.set(revision, abort);
    const backoff = createBackoff({ minMs: 100, maxMs: 5_000, random });
    try {
      for (let turn = 0; ; turn++) {
        const holders = holdersOf(revision);
        const peer = holders[turn % holders.length];
        if (sets.has(revision) || (peer && (await fetchFrom([peer], revision, abort.signal)) !== undefined)) return;
        await sleep(backoff.next(), { clock, signal: abort.signal });
      }
    } catch (error) {
      if (!abort.signal.aborted) logger.error({ err: error, service, revision }, "fetching a function set failed");
    } finally {
      fetches.delete(revision);
      // Nodes that went and came back while it was being given up: nobody else would ask again.
      if (abort.signal.aborted && !closing.signal.aborted && announced().has(revision)) void fetchSet(revision);
      publish();
      settle();
    }
  }

  /** Asks these nodes in order; `undefined` if none of them gave the set. */
  async function fetchFrom(
    peers: readonly Peer[],
    revision: string,
    signal: AbortSignal,
  ): Promise<PullOutcome | undefined> {
    const fetched = await pulling({ service, clock }, async () => {
      for (const peer of peers) {
        const set = await ask(peer, revision, signal);
        if (set === undefined) continue;
        const { variants } = functions.accept(set.functions, peer.id);
        const outcome = isSameSet(sets.get(revision), variants) ? ("unchanged" as const) : ("updated" as const);
        sets.set(revision, variants);
        return { count: variants.length, outcome };
      }
      return { count: 0, outcome: "failed" as const };
    });
    return fetched.outcome === "failed" ? undefined : fetched.outcome;
  }

  async function ask(peer: Peer, revision: string, signal: AbortSignal): Promise<FunctionSet | undefined> {
    try {
      const set = await peer.connection.functions({ timeoutMs: fetchLimitMs, signal });
      if (set.revision === revision) return set;
      // It may be changing its set just now. If it stays so, this is all that tells why its functions are missing.
      logger.warn(
        { service, node: peer.id, revision, given: set.revision },
        "a node gave another set than it announces",
      );
      return undefined;
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, service, node: peer.id }, "a node did not give its functions");
      return undefined;
    }
  }

  async function pull(isForced: boolean): Promise<PullOutcome> {
    const wanted = [...announced()].filter((revision) => isForced || !sets.has(revision));
    const outcomes = await Promise.all(
      wanted.map((revision) => fetchFrom(holdersOf(revision), revision, closing.signal)),
    );
    publish();
    const isAsked = isForced || wanted.length > 0;
    if (isAsked && outcomes.every((outcome) => outcome === undefined)) throw noneAnswered(service);
    return outcomes.includes("updated") ? "updated" : "unchanged";
  }

  function publish(): void {
    if (closing.signal.aborted) return;
    dropUnannounced();
    functions.publish(nodes, sets);
  }

  /** Sets that no node holds any more: not before one is there that takes their place. */
  function dropUnannounced(): void {
    const revisions = announced();
    if (![...revisions].some((revision) => sets.has(revision))) return;
    for (const revision of sets.keys()) if (!revisions.has(revision)) sets.delete(revision);
  }

  function settle(): void {
    if (isReady() || closing.signal.aborted) waiting.resume();
  }

  const isReady = () => hasList && fetches.size === 0;
  return {
    source: "discovery",
    get snapshot() {
      return functions.snapshot;
    },
    get peers() {
      return functions.peers;
    },
    get isReady() {
      return isReady();
    },
    whenReady: async (limit) => (isReady() ? undefined : waiting.until(limit)),
    pull,
    refresh: functions.refresh,
    closed: closing.signal,
    update,
    close() {
      closing.abort();
      for (const fetch of fetches.values()) fetch.abort();
      settle();
    },
  };
}
