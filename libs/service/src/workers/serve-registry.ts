import { type Clock, systemClock } from "@weft/core";
import { readMeshToken } from "../host/mesh-token-file.js";
import { openDiscovery } from "../host/open-discovery.js";
import { closeServer, createGrpcServer } from "../rpc/grpc-server.js";
import { addHealth } from "../rpc/health.js";
import { meshTokenInterceptor } from "../rpc/mesh-token.js";
import { bindOwnPort } from "../rpc/own-port.js";
import type { ServiceSettings } from "../settings.js";

/** The registry in the process that stands over the workers: it outlives each of them, and no call keeps it busy. */
export interface ServedRegistry {
  readonly address: string;
  /** To be called when the workers have left it. */
  close(): Promise<void>;
}

export async function serveRegistry(
  settings: ServiceSettings,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<ServedRegistry> {
  const meshToken = readMeshToken(settings);
  const server = createGrpcServer({
    limits: settings,
    maxStreamsPerConnection: settings.maxStreamsPerConnection,
    interceptors: meshToken === undefined ? [] : [meshTokenInterceptor(meshToken)],
  });
  const discovery = openDiscovery({ settings, clock, meshToken, meshServer: server });
  const health = addHealth(server, ["weft.registry.v1.RegistryService"]);
  const port = await bindOwnPort(server, settings.meshListen, "WEFT_MESH_LISTEN");
  health.set(true);
  return {
    address: port.address,
    async close() {
      health.set(false);
      port.close();
      discovery.endStreams();
      await closeServer(server);
      await discovery.backend.close();
    },
  };
}
