import type { Clock, Logger } from "@weft/core";
import { Node, type Registry } from "@weft/discovery";
import type { LocalNode, Mesh, NodeConnection } from "@weft/mesh";
import type { ServiceDefinition } from "../define/service.js";
import { hostService } from "../host/host-service.js";
import { localConnection } from "../host/local-connection.js";
import type { ServiceSettings } from "../settings.js";
import { settle } from "./settle.js";

/** One node of a test mesh. */
export interface TestNode {
  /** SERVICE-1, SERVICE-2, … */
  readonly id: string;
  readonly service: string;
  /** Leaves discovery, waits for the calls under way, stops the plugins. Repeatable. */
  stop(): Promise<void>;
}

/** A node that runs inside the test. */
export interface RunningTestNode extends TestNode {
  readonly entry: Node;
  readonly connection: NodeConnection;
  readonly isStopped: boolean;
  /** Stops without waiting for calls. */
  kill(): Promise<void>;
}

export interface StartTestNodeOptions {
  readonly service: ServiceDefinition;
  /** How many nodes came before it. */
  readonly count: number;
  /** How many of them were of this service. */
  readonly countOfService: number;
  readonly registry: Registry;
  readonly settings: ServiceSettings;
  /** Opens the mesh that its functions call others by. */
  readonly openMesh: (node: LocalNode & { readonly id: string }) => Promise<Mesh>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts the plugins of a service and enters the node into the registry. */
export async function startTestNode(options: StartTestNodeOptions): Promise<RunningTestNode> {
  const { service, count, registry, settings, clock, logger } = options;
  const { name, version } = service;
  const id = `${name}-${options.countOfService + 1}`;
  const { host, plugins, outgoing } = hostService(service, {
    limits: settings,
    environment: settings.plugins,
    openMesh: () => options.openMesh({ id, service: name, connection }),
    clock,
    logger,
  });
  const connection = localConnection(host, { clock, chains: [plugins] });
  await plugins.start();

  const entry = Node.fromPartial({
    id,
    service: name,
    address: `127.0.0.1:${count + 1}`, // names the node; nobody listens
    revision: host.published.revision,
    version,
    weight: 1,
    incarnation: count + 1,
  });
  const holder = {};
  registry.put(holder, entry);

  let stopping: Promise<void> | undefined;
  async function end(): Promise<void> {
    await outgoing.close();
    await plugins.stop();
  }
  async function drainAndEnd(): Promise<void> {
    registry.drop(holder);
    await settle(); // callers learn of it first
    await plugins.drain({ limitMs: settings.drainTimeoutMs });
    await end();
  }
  return {
    id,
    service: name,
    entry,
    get isStopped() {
      return stopping !== undefined;
    },
    connection,
    stop() {
      stopping ??= drainAndEnd();
      return stopping;
    },
    kill() {
      registry.drop(holder);
      stopping ??= end();
      return stopping;
    },
  };
}
