import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { watchNodes, watchServices } from "@weft/discovery";
import type { Peers } from "../peers/peers.js";
import { createServiceCatalogue, type ServiceCatalogue } from "./service-catalogue.js";
import type { Target } from "./target.js";
import { isLatest } from "./version.js";

export interface CatalogueOptions {
  readonly backend: Backend;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The functions that this process may call, kept current by discovery. Reading it never waits and never asks anybody. */
export interface Catalogue {
  /** The function that a call means, or why there is none. */
  find(service: string, functionName: string, version: string): Target | "disabled" | undefined;
  /** Every service ever seen, by name. */
  readonly services: ReadonlyMap<string, ServiceCatalogue>;
  /** True once discovery has given its first list. */
  isSynced(): boolean;
  /** True when waiting for this service would bring nothing new. */
  isReady(service: string): boolean;
  whenReady(service: string): Promise<void>;
  close(): void;
}

/** Follows every service that discovery lists. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { backend, clock, random, logger } = options;
  const services = new Map<string, ServiceCatalogue>();
  const closing = new AbortController();
  const watching = { clock, random, logger, signal: closing.signal };

  const names = watchServices(backend, watching);
  names.subscribe((listed) => {
    for (const service of listed) if (!services.has(service)) follow(service);
  });

  // A service stays once it was seen: names come from discovery, never from callers, so they are few.
  function follow(service: string): void {
    const catalogue = createServiceCatalogue({ ...options, service });
    services.set(service, catalogue);
    watchNodes(backend, service, watching).subscribe((nodes) => catalogue.update(nodes));
  }

  return {
    services,
    find(service, functionName, version) {
      const entry = services.get(service)?.snapshot.get(functionName);
      if (entry === undefined) return undefined;
      if (isLatest(version)) return entry.latest ?? "disabled";
      const target = entry.versions.get(version);
      return target?.isDisabled ? "disabled" : target;
    },
    isSynced: () => names.isSynced,
    isReady: (service) => names.isSynced && (services.get(service)?.isReady ?? true),
    async whenReady(service) {
      await names.synced;
      await services.get(service)?.whenReady();
    },
    close() {
      closing.abort();
      for (const catalogue of services.values()) catalogue.close();
    },
  };
}
