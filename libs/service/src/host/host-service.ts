import type { Clock, Logger } from "@weft/core";
import type { Mesh } from "@weft/mesh";
import { type Config, createService, type Service } from "@weft/plugin-chain";
import { publish } from "../define/publish.js";
import type { ServiceDefinition } from "../define/service.js";
import { logHandled } from "../plugins/log-handled.js";
import { type Hosting, hosting } from "./hosting.js";
import { createNodeHost, type HostLimits, type NodeHost } from "./node-host.js";
import { createOutgoing, type Outgoing } from "./outgoing.js";

export interface HostServiceOptions {
  readonly limits: HostLimits;
  /** Settings of plugins, over those of the service. */
  readonly environment?: Config;
  /** Opens the mesh that the service's functions call others by. */
  readonly openMesh: () => Promise<Mesh>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A service's functions inside the chain of its plugins, not yet reachable by anybody. Its plugins are still to be started. */
export interface HostedService {
  readonly host: NodeHost;
  readonly plugins: Service<Hosting>;
  readonly outgoing: Outgoing;
}

export function hostService(service: ServiceDefinition, options: HostServiceOptions): HostedService {
  const { limits, environment = {}, clock, logger } = options;
  const plugins: Service<Hosting> = createService({
    service: { name: service.name },
    callbacks: hosting,
    plugins: [logHandled({ logger }), ...service.plugins],
    config: service.config,
    environment,
    clock,
    logger,
  });
  const outgoing = createOutgoing(options.openMesh);
  const published = publish(service, limits.maxResponseBytes);
  const host = createNodeHost({ service: service.name, published, plugins, outgoing, limits, clock, logger });
  return { host, plugins, outgoing };
}
