import { setRevision } from "@weft/contracts";
import type { ServiceCatalogue } from "./service-catalogue.js";
import { createServiceFunctions, type ServiceOptions } from "./service-functions.js";
import { staticNodes } from "./static-nodes.js";
import type { FunctionVariant } from "./target.js";

/** A set that was found good, with what it brought along. */
export interface PushedSet {
  readonly version: string;
  /** host:port of the nodes that hold it. */
  readonly nodes: readonly string[];
  readonly variants: readonly FunctionVariant[];
}

/** A service that publishes itself, set by set: there is nothing to fetch, ever. */
export interface PushedService extends ServiceCatalogue {
  /** Of the set that is held. */
  readonly version: string;
  readonly variants: readonly FunctionVariant[];
  replace(set: PushedSet): void;
}

export function createPushedService(options: ServiceOptions, first: PushedSet): PushedService {
  const { service } = options;
  const functions = createServiceFunctions(options);
  let held = first;

  function replace(set: PushedSet): void {
    held = set;
    const revision = setRevision(set.variants.map(({ config }) => config));
    functions.publish(staticNodes(service, set.nodes, revision), new Map([[revision, set.variants]]));
  }

  replace(first);
  return {
    source: "push",
    get version() {
      return held.version;
    },
    get variants() {
      return held.variants;
    },
    get snapshot() {
      return functions.snapshot;
    },
    get peers() {
      return functions.peers;
    },
    isReady: true,
    whenReady: async () => {},
    pull: async () => "unchanged",
    replace,
    refresh: functions.refresh,
    close() {},
  };
}
