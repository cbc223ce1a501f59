import type { FunctionConfig } from "@weft/contracts/function";
import type { Clock, Logger } from "@weft/core";
import type { Node } from "@weft/discovery";
import type { Peer } from "../peers/peer.js";
import type { Peers } from "../peers/peers.js";
import { acceptSet, type Compile } from "./accept-set.js";
import type { RejectedList } from "./rejected-list.js";
import { buildSnapshot, type ServiceSnapshot } from "./snapshot.js";
import { publishChanges } from "./snapshot-events.js";
import type { Switches } from "./switches.js";
import type { FunctionVariant } from "./target.js";
import { isLatest } from "./version.js";

/** What the catalogue keeps of every service, whatever its source. */
export interface ServiceOptions {
  readonly service: string;
  readonly peers: Peers;
  readonly switches: Switches;
  readonly rejected: RejectedList;
  readonly compile: Compile;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The sets of a service, by revision. */
export type FunctionSets = ReadonlyMap<string, readonly FunctionVariant[]>;

/**
 * The functions of one service as calls see them. A source, whichever it is, gives whole sets and the nodes that hold them;
 * what it does not name any more is gone.
 */
export interface ServiceFunctions {
  readonly snapshot: ServiceSnapshot;
  readonly peers: readonly Peer[];
  /**
   * Compiles what a node gave; what is wrong with it is listed, and logged once. `taken`: how many definitions were usable. A
   * version that stands for the latest one is none.
   */
  accept(functions: readonly FunctionConfig[], node: string): { variants: readonly FunctionVariant[]; taken: number };
  /** Replaces everything. Each node holds the set that its revision names. */
  publish(nodes: readonly Node[], sets: FunctionSets): void;
  /** Looks at the switches again. */
  refresh(): void;
}

export function createServiceFunctions(options: ServiceOptions): ServiceFunctions {
  const { service, switches, rejected, compile, logger } = options;
  let peers: readonly Peer[] = [];
  let sets: FunctionSets = new Map();
  let snapshot: ServiceSnapshot = new Map();
  const isSwitchedOff = (name: string, version: string) => switches.isOff(service, name, version);

  function refresh(): void {
    const before = snapshot;
    snapshot = buildSnapshot(peers, sets, isSwitchedOff);
    publishChanges(service, before, snapshot);
  }

  return {
    get snapshot() {
      return snapshot;
    },
    get peers() {
      return peers;
    },
    accept(functions, node) {
      const named = functions.map((config) =>
        isLatest(config.version ?? "") ? { ...config, version: undefined } : config,
      );
      const { variants, taken, unusable } = acceptSet(named, { compile, service, held: [...sets.values()].flat() });
      for (const { config, problems } of unusable) {
        const { function: name, version = "", hash } = config;
        // A node that cannot tell its revisions gives the same again and again.
        if (rejected.add({ service, function: name, version, source: "pull", node, hash, reasons: problems }))
          logger.warn({ service, function: name, node, problems }, "a function was rejected");
      }
      return { variants, taken };
    },
    publish(nodes, held) {
      peers = options.peers.update(service, nodes);
      sets = held;
      refresh();
    },
    refresh,
  };
}
