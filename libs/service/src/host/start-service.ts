import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { NodeServiceService } from "@weft/contracts/node";
import { type Clock, type Logger, systemClock } from "@weft/core";
import { createNode, type Node, registerNode } from "@weft/discovery";
import { largestFrameBytes, type Mesh } from "@weft/mesh";
import type { ServiceDefinition } from "../define/service.js";
import { closeServer, createGrpcServer } from "../rpc/grpc-server.js";
import { addHealth } from "../rpc/health.js";
import { createLiveCalls } from "../rpc/live-calls.js";
import { meshTokenInterceptor } from "../rpc/mesh-token.js";
import { bindOwnPort } from "../rpc/own-port.js";
import type { RpcServing } from "../rpc/rpc-handler.js";
import { withSizeGuard } from "../rpc/size-guard.js";
import { unaryInterceptor } from "../rpc/unary-rpc.js";
import type { ServiceSettings } from "../settings.js";
import { drain } from "./drain.js";
import type { ExplainedChain } from "./explained-chain.js";
import { hostService } from "./host-service.js";
import { createLinks, withLinkFrames } from "./link/links.js";
import { localConnection } from "./local-connection.js";
import { readMeshToken } from "./mesh-token-file.js";
import { nodeService } from "./node-service.js";
import { openDiscovery } from "./open-discovery.js";
import { openOutgoingMesh } from "./open-outgoing-mesh.js";
import { type OpenPublicPort, servePublicPort } from "./public-port.js";
import { createUndoStack } from "./undo-stack.js";

export interface StartOptions {
  readonly settings: ServiceSettings;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** For a service that clients reach directly. */
  readonly publicPort?: OpenPublicPort;
}

/** A service that takes calls. */
export interface RunningService {
  readonly node: Node;
  readonly meshAddress: string;
  readonly publicAddress: string | undefined;
  /** Drains and stops; no call is lost that could be finished. Repeatable. */
  close(): Promise<void>;
}

/** Opens a service's ports, then registers it. If anything fails, what had started is stopped, in reverse. */
export async function startService(service: ServiceDefinition, options: StartOptions): Promise<RunningService> {
  const { settings, logger, clock = systemClock } = options;
  const meshToken = readMeshToken(settings);
  const { host, plugins, outgoing } = hostService(service, {
    limits: settings,
    environment: settings.plugins,
    openMesh: () => openMesh(),
    clock,
    logger,
  });
  const serving: RpcServing = { liveCalls: createLiveCalls(settings), limits: settings, clock, logger };

  const chains: ExplainedChain[] = [plugins];
  // Nobody can call a function, and a function nobody, before the node has an address.
  let openMesh = (): Promise<Mesh> => Promise.reject(new Error("this node has not started"));

  const undo = createUndoStack();
  try {
    undo.push(() => plugins.stop());
    await plugins.start();
    const links = createLinks({ host, ...serving });
    const definition = withLinkFrames(withSizeGuard(NodeServiceService, settings));
    const implementation = nodeService({ host, chains, links, serving }) as UntypedServiceImplementation;
    const meshServer = createGrpcServer({
      limits: settings,
      maxStreamsPerConnection: settings.maxStreamsPerConnection,
      leastMessageBytes: largestFrameBytes,
      interceptors: [
        ...(meshToken === undefined ? [] : [meshTokenInterceptor(meshToken)]),
        unaryInterceptor([{ definition, implementation }]),
      ],
    });
    meshServer.addService(definition, implementation);
    const health = addHealth(meshServer, ["weft.node.v1.NodeService"]);
    const discovery = openDiscovery({ settings, clock, meshToken, meshServer });
    undo.push(() => discovery.backend.close());
    undo.push(() => outgoing.close());
    undo.push(() => closeServer(meshServer));
    undo.push(() => discovery.endStreams());
    const meshPort = await bindOwnPort(meshServer, settings.meshListen, "WEFT_MESH_LISTEN");
    const meshAddress = meshPort.address;
    undo.push(() => meshPort.close());

    const node = createNode({
      service: service.name,
      address: settings.advertise ?? meshAddress,
      incarnation: clock.wallTime(),
      revision: host.published.revision,
      version: service.version,
      zone: settings.zone,
      weight: settings.weight,
    });
    const { backend } = discovery;
    const countWork = (abort: AbortController) =>
      serving.liveCalls.enter({ abort, connection: undefined, isStream: false });
    const local = { service: service.name, connection: localConnection(host, { clock, chains }) };
    openMesh = () => openOutgoingMesh({ backend, node: node.id, local, meshToken, settings, countWork, clock, logger });
    const open = await options.publicPort?.({ backend, node: node.id, meshToken, serving, clock, logger });
    chains.push(...(open?.chains ?? []));
    const publicPort = open && (await servePublicPort(open, { settings, logger, undo }));

    health.set(true);
    publicPort?.health.set(true);
    const registrar = registerNode(backend, node, { clock, logger });
    undo.push(() =>
      drain({
        leaveHealth() {
          health.set(false);
          publicPort?.health.set(false);
        },
        leaveDiscovery: () => registrar.deregister(),
        lameDuckMs: settings.drainDelayMs ?? discovery.lameDuckMs,
        timeoutMs: settings.drainTimeoutMs,
        drainLinks: links.drain,
        closeLinks: links.close,
        liveCalls: serving.liveCalls,
        clock,
      }),
    );
    let closing: Promise<void> | undefined;
    return {
      node,
      meshAddress,
      publicAddress: publicPort?.address,
      close() {
        closing ??= undo.run();
        return closing;
      },
    };
  } catch (error) {
    // Why it did not start is what counts, whatever else goes wrong now.
    await undo.run().catch((err) => logger.error({ err }, "stopping after a failed start failed too"));
    throw error;
  }
}
