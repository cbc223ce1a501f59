import type { FunctionConfig } from "@weft/contracts/function";
import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { watchNodes, watchServices } from "@weft/discovery";
import type { Peer } from "../peers/peer.js";
import type { Peers } from "../peers/peers.js";
import { createPlacement } from "../placement/placement.js";
import { createStickyTable } from "../selection/sticky-table.js";
import type { PushRequest } from "./check-push.js";
import { compileVariant } from "./compile-variant.js";
import { createDiscoveredService } from "./discovered-service.js";
import { createPulledService, type PulledServiceOptions } from "./pulled-service.js";
import { pull } from "./pulls.js";
import { isPushed, type PushOutcome, push } from "./pushes.js";
import { createRejectedList, type RejectedList } from "./rejected-list.js";
import type { PullOutcome, ServiceCatalogue } from "./service-catalogue.js";
import { type SwitchedFunction, setEnabled } from "./set-enabled.js";
import type { ServiceSnapshot } from "./snapshot.js";
import { publishChanges } from "./snapshot-events.js";
import { createSwitches } from "./switches.js";
import type { Target } from "./target.js";
import { isLatest } from "./version.js";
import { createWaiting } from "./waiting.js";

export interface CatalogueOptions {
  readonly backend: Backend;
  /** Services outside discovery, to be asked at fixed addresses. What discovery says of them is ignored. */
  readonly pull?: readonly PulledServiceOptions[] | undefined;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/**
 * The functions that this process may call, kept current from their sources: discovery, nodes that are asked at fixed
 * addresses, and services that push. Reading it never waits and never asks anybody.
 */
export interface Catalogue {
  /** The function that a call means, on the nodes that may run it, or why there is none. */
  find(service: string, functionName: string, version: string): Target | "disabled" | undefined;
  /** The candidates of these names, ids or host:port, and the nodes at addresses that discovery does not know. */
  named(target: Target, names: readonly string[]): readonly Peer[];
  /** Every service ever seen, by name. */
  readonly services: ReadonlyMap<string, ServiceCatalogue>;
  /** Definitions that were not taken. */
  readonly rejected: RejectedList;
  /** True once discovery has given its first list. */
  isSynced(): boolean;
  /** True when waiting for this service would bring nothing new. */
  isReady(service: string): boolean;
  /** Resolves when that is so, or when the signal fires. */
  whenReady(service: string, signal?: AbortSignal): Promise<void>;
  /** An operator's switch. Answers how many versions stand another way now; `undefined`: there is no such function. */
  setEnabled(target: SwitchedFunction, isEnabled: boolean): number | undefined;
  /** Takes a whole set from a service outside discovery; discovery takes over when it lists the service. */
  push(request: PushRequest): PushOutcome;
  /** The version of the set that a service has pushed, if that is what is held of it. */
  pushedVersion(service: string): string | undefined;
  /** Asks the nodes of a service, or of all, for their functions. Throws if there is none, or none of them answers. */
  pull(service: string, isForced: boolean): Promise<PullOutcome>;
  close(): void;
}

const noFunctions: ServiceSnapshot = new Map();

/** Follows every service that discovery lists, and those of the settings; others may push their functions. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { backend, clock, random, logger } = options;
  const services = new Map<string, ServiceCatalogue>();
  const switches = createSwitches();
  const rejected = createRejectedList({ clock });
  const stickyTable = createStickyTable({ clock }); // for all functions: a new definition keeps the bindings of the old one
  const compile = (config: FunctionConfig) => compileVariant(config, { random, clock, stickyTable });
  const shared = { ...options, switches, rejected, compile };
  const placement = createPlacement({
    peers: options.peers,
    peersOf: (service) => services.get(service)?.peers ?? [],
  });
  const closing = new AbortController();
  const waiting = createWaiting();
  const watching = { clock, random, logger };

  for (const each of options.pull ?? []) services.set(each.service, createPulledService({ ...shared, ...each }));
  const names = watchServices(backend, { ...watching, signal: closing.signal });
  names.subscribe((listed) => {
    listed.forEach(follow);
    waiting.resume();
  });

  // A service stays once it was seen: names come from discovery, never from callers, so they are few.
  function follow(service: string): void {
    const known = services.get(service)?.source;
    if (known === "discovery" || known === "pull") return;
    if (known === "push") logger.warn({ service }, "discovery lists a service that has pushed: discovery counts");
    const catalogue = createDiscoveredService({ ...shared, service });
    put(service, catalogue);
    watchNodes(backend, service, { ...watching, signal: catalogue.closed }).subscribe((nodes) =>
      catalogue.update(nodes),
    );
  }

  function put(service: string, catalogue: ServiceCatalogue): void {
    const before = services.get(service);
    before?.close();
    if (before !== undefined) publishChanges(service, before.snapshot, noFunctions);
    services.set(service, catalogue);
  }

  function otherSource(service: string): string | undefined {
    const known = services.get(service);
    if (known?.source === "pull") return `service "${service}" is pulled from fixed nodes`;
    const isListed = names.current.includes(service) || (known?.source === "discovery" && known.peers.length > 0);
    return isListed ? `service "${service}" is in discovery` : undefined;
  }

  return {
    services,
    rejected,
    find(service, functionName, version) {
      const entry = services.get(service)?.snapshot.get(functionName);
      if (entry === undefined) return undefined;
      const target = isLatest(version) ? entry.latest : entry.versions.get(version);
      if (target === undefined) return isLatest(version) ? "disabled" : undefined;
      return target.isDisabled ? "disabled" : placement.listed(target);
    },
    named: placement.named,
    isSynced: () => names.isSynced,
    isReady: (service) => names.isSynced && (services.get(service)?.isReady ?? true),
    async whenReady(service, signal) {
      if (!names.isSynced) await waiting.until(signal);
      await services.get(service)?.whenReady(signal);
    },
    setEnabled: (target, isEnabled) => setEnabled(target, isEnabled, { services, switches }),
    push: (request) => push(request, { ...shared, services, put, otherSource }),
    pushedVersion(service) {
      const known = services.get(service);
      return isPushed(known) ? known.version : undefined;
    },
    pull: (service, isForced) => pull(service, isForced, services),
    close() {
      closing.abort();
      waiting.resume();
      rejected.close();
      for (const catalogue of services.values()) catalogue.close();
    },
  };
}
