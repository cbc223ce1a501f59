import { Code, createBackoff, WeftError } from "@weft/core";
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
import { staticNodes } from "./static-nodes.js";
import type { FunctionVariant } from "./target.js";
import { createWaiting } from "./waiting.js";

const intervalMs = 30_000;
const longestIntervalMs = 300_000;

/** A service outside discovery, whose nodes are a setting. */
export interface PulledServiceOptions {
  readonly service: string;
  /** host:port of their NodeServices. They are taken to hold the same functions. */
  readonly nodes: readonly string[];
}

/**
 * Asks the nodes in order until one gives its functions, then follows that one's changes; where it cannot tell them, it
 * is asked again every 30 s. While no node answers, the questions become rarer: 60 s, 120 s, … 300 s.
 */
export function createPulledService(options: ServiceOptions & PulledServiceOptions): ServiceCatalogue {
  const { service, clock, random, logger } = options;
  const functions = createServiceFunctions(options);
  const closing = new AbortController();
  const waiting = createWaiting();
  const { signal } = closing;
  const afterLoss = createBackoff({ minMs: 1_000, maxMs: intervalMs, random });
  let held: readonly FunctionVariant[] = [];
  /** What a node is told that we hold. Empty: anything it has is news. */
  let knownRevision = "";
  let failures = 0;
  let isReady = false;
  let rounds: Promise<unknown> = Promise.resolve();
  let endWait = () => {};

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await inTurn(askAll).then(
        ({ peer }) => follow(peer),
        () => Math.min(longestIntervalMs, intervalMs * 2 ** failures),
      );
      if (!signal.aborted) await wait(waitMs);
    }
  }

  function wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(waitMs, resolve);
      endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  /** One round after the other, however many ask for one. */
  function inTurn<Answer>(round: () => Promise<Answer>): Promise<Answer> {
    const turn = rounds.then(round);
    rounds = turn.catch(() => {}); // whoever asked is told
    return turn;
  }

  async function askAll(): Promise<{ readonly peer: Peer; readonly outcome: PullOutcome; readonly count: number }> {
    try {
      const answer = await pulling(options, async () => {
        for (const peer of functions.peers) {
          const set = await ask(peer);
          if (set !== undefined) return { peer, outcome: take(set, peer), count: held.length };
        }
        throw noneAnswered(service);
      });
      failures = 0;
      return answer;
    } catch (error) {
      failures++;
      if (!(error instanceof WeftError)) logger.error({ err: error, service }, "fetching a function set failed");
      throw error;
    } finally {
      isReady = true;
      waiting.resume();
    }
  }

  async function ask(peer: Peer): Promise<FunctionSet | undefined> {
    try {
      return await peer.connection.functions({ timeoutMs: fetchLimitMs, signal }, knownRevision);
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error, service, node: peer.id }, "a node did not give its functions");
      return undefined;
    }
  }

  function take(set: FunctionSet, peer: Peer): PullOutcome {
    if (signal.aborted || (set.revision !== "" && set.revision === knownRevision)) return "unchanged";
    const { variants, taken } = functions.accept(set.functions, peer.id);
    const outcome = isSameSet(held, variants) ? "unchanged" : "updated";
    // A set of which nothing could be used is asked for again: it may be mended without another revision.
    knownRevision = taken > 0 || set.functions.length === 0 ? set.revision : "";
    held = variants;
    functions.publish(staticNodes(service, options.nodes, set.revision), new Map([[set.revision, variants]]));
    return outcome;
  }

  /** Takes the changes that a node tells. Answers how long to wait before all are asked again. */
  async function follow(peer: Peer): Promise<number> {
    const startedAt = clock.now();
    const { connection } = peer;
    if (connection.watchFunctions === undefined) return intervalMs;
    try {
      const limits = { timeoutMs: Number.POSITIVE_INFINITY, signal };
      for await (const set of connection.watchFunctions(knownRevision, limits)) {
        const outcome = take(set, peer);
        logger.info({ service, node: peer.id, revision: set.revision, outcome }, "a node told of its functions");
      }
    } catch (error) {
      if (error instanceof WeftError && error.code === Code.Unimplemented) return intervalMs;
      if (!signal.aborted) logger.warn({ err: error, service, node: peer.id }, "watching a node's functions failed");
    }
    if (clock.now() - startedAt >= intervalMs) afterLoss.reset();
    return afterLoss.next();
  }

  async function pull(isForced: boolean): Promise<PullOutcome> {
    const { outcome } = await inTurn(async () => {
      if (isForced) knownRevision = "";
      const wasFailing = failures > 0;
      const answer = await askAll();
      if (wasFailing) endWait(); // no reason left to wait long
      return answer;
    });
    return outcome;
  }

  functions.publish(staticNodes(service, options.nodes, ""), new Map());
  void run();
  return {
    source: "pull",
    get snapshot() {
      return functions.snapshot;
    },
    get peers() {
      return functions.peers;
    },
    get isReady() {
      return isReady;
    },
    whenReady: async (limit) => (isReady ? undefined : waiting.until(limit)),
    pull,
    refresh: functions.refresh,
    close() {
      closing.abort();
      endWait();
      waiting.resume();
    },
  };
}
