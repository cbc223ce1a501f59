import { functionHash } from "@weft/contracts";
import type { FunctionConfig } from "@weft/contracts/function";
import { type Clock, createBackoff, type Logger, sleep } from "@weft/core";
import type { Node } from "@weft/discovery";
import type { Peer } from "../peers/peer.js";
import type { Peers } from "../peers/peers.js";
import { compileVariant } from "./compile-variant.js";
import { buildSnapshot, type ServiceSnapshot } from "./snapshot.js";
import type { FunctionVariant } from "./target.js";

const fetchLimitMs = 5_000;

export interface ServiceCatalogueOptions {
  readonly service: string;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/**
 * The functions of one service. Each revision that its nodes announce is fetched once, from any node that has it, so the
 * cost follows the number of revisions and not of nodes. The sets of a service that has no nodes left are kept: its
 * functions are known, but unavailable.
 */
export interface ServiceCatalogue {
  readonly snapshot: ServiceSnapshot;
  readonly peers: readonly Peer[];
  /** True when the list of nodes has come and no set is still to be fetched. */
  readonly isReady: boolean;
  whenReady(): Promise<void>;
  update(nodes: readonly Node[]): void;
  close(): void;
}

export function createServiceCatalogue(options: ServiceCatalogueOptions): ServiceCatalogue {
  const { service, clock, random, logger } = options;
  const sets = new Map<string, readonly FunctionVariant[]>();
  const fetches = new Map<string, AbortController>();
  let peers: readonly Peer[] = [];
  let snapshot: ServiceSnapshot = new Map();
  let hasList = false;
  let isClosed = false;
  let waiting: (() => void)[] = [];

  function update(nodes: readonly Node[]): void {
    hasList = true;
    peers = options.peers.update(service, nodes);
    const announced = new Set(nodes.map((node) => node.revision));
    for (const [revision, fetch] of fetches) if (!announced.has(revision)) fetch.abort();
    for (const revision of announced) if (!sets.has(revision) && !fetches.has(revision)) void fetchSet(revision);
    publish();
  }

  /** Asks the nodes of a revision in turn until one answers with it, as long as anybody announces it. */
  async function fetchSet(revision: string): Promise<void> {
    const abort = new AbortController();
    fetches.set(revision, abort);
    const backoff = createBackoff({ minMs: 100, maxMs: 5_000, random });
    try {
      for (let turn = 0; ; turn++) {
        const holders = peers.filter((peer) => peer.node.revision === revision);
        const peer = holders[turn % holders.length];
        const functions = peer && (await ask(peer, revision, abort.signal));
        if (functions !== undefined) {
          sets.set(revision, accepted(functions));
          return;
        }
        await sleep(backoff.next(), { clock, signal: abort.signal });
      }
    } catch (error) {
      if (!abort.signal.aborted) logger.error({ err: error, service, revision }, "fetching a function set failed");
    } finally {
      fetches.delete(revision);
      // Nodes that went and came back while it was being given up: nobody else would ask again.
      const isWanted = abort.signal.aborted && !isClosed && peers.some((peer) => peer.node.revision === revision);
      if (isWanted) void fetchSet(revision);
      publish();
    }
  }

  async function ask(
    peer: Peer,
    revision: string,
    signal: AbortSignal,
  ): Promise<readonly FunctionConfig[] | undefined> {
    try {
      const set = await peer.connection.functions({ timeoutMs: fetchLimitMs, signal });
      return set.revision === revision ? set.functions : undefined; // it is changing its set just now: ask again
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, service, node: peer.id }, "a node did not give its functions");
      return undefined;
    }
  }

  /** The usable definitions of a set; those known already are not compiled again. */
  function accepted(functions: readonly FunctionConfig[]): readonly FunctionVariant[] {
    const known = new Map([...sets.values()].flat().map((variant) => [variant.config.hash, variant]));
    return functions.flatMap((published) => {
      const config = { ...published, service, hash: functionHash({ ...published, service }) };
      const variant = known.get(config.hash) ?? compileVariant(config, { random });
      if (!("problems" in variant)) return [variant];
      logger.warn({ service, function: config.function, problems: variant.problems }, "a function was rejected");
      return [];
    });
  }

  function publish(): void {
    const announced = new Set(peers.map((peer) => peer.node.revision));
    if (fetches.size === 0 && announced.size > 0)
      for (const revision of sets.keys()) if (!announced.has(revision)) sets.delete(revision);
    snapshot = buildSnapshot(peers, sets);
    if (!isReady()) return;
    for (const resume of waiting) resume();
    waiting = [];
  }

  const isReady = () => hasList && fetches.size === 0;
  return {
    get snapshot() {
      return snapshot;
    },
    get peers() {
      return peers;
    },
    get isReady() {
      return isReady();
    },
    whenReady: () => (isReady() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    update,
    close() {
      isClosed = true;
      for (const fetch of fetches.values()) fetch.abort();
      for (const resume of waiting) resume();
      waiting = [];
    },
  };
}
