import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Clock, Logger } from "@weft/core";
import type { Backend } from "@weft/discovery";
import { type Connect, connectInterceptor } from "../rpc/connect.js";
import { bindServer, closeServer, createGrpcServer } from "../rpc/grpc-server.js";
import { addHealth, type Health } from "../rpc/health.js";
import { addReflection } from "../rpc/reflection.js";
import type { RpcServing } from "../rpc/rpc-handler.js";
import { withSizeGuard } from "../rpc/size-guard.js";
import { unaryInterceptor } from "../rpc/unary-rpc.js";
import type { ServiceSettings } from "../settings.js";
import type { ExplainedChain } from "./explained-chain.js";
import type { UndoStack } from "./undo-stack.js";

/** What a service with a public port gets to build it from, once its mesh port is open. */
export interface PublicPortContext {
  readonly backend: Backend;
  /** Id of this node. */
  readonly node: string;
  /** Sent to other nodes, where they ask for one. */
  readonly meshToken: string | undefined;
  readonly serving: RpcServing;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A gRPC service, and its full name for health and reflection. */
export interface PublicService {
  readonly name: string;
  readonly definition: ServiceDefinition;
  /** RPCs that are left out answer UNIMPLEMENTED. */
  readonly implementation: UntypedServiceImplementation;
}

/** What clients reach. */
export interface PublicPort {
  readonly listen: string;
  readonly services: readonly PublicService[];
  /** Asked for each RPC, before its message is read. Left out: everybody is anonymous. */
  readonly connect?: Connect;
  /** The chains that run behind the services, to be shown. */
  readonly chains?: readonly ExplainedChain[];
  /** Ends what stands behind the services, after the last call. */
  close?(): void | Promise<void>;
}

export type OpenPublicPort = (context: PublicPortContext) => PublicPort | Promise<PublicPort>;

export interface PublicPortOptions {
  readonly settings: ServiceSettings;
  readonly logger: Logger;
  readonly undo: UndoStack;
}

/** Listens for clients, with health and reflection beside the services. What it opens goes on the undo stack. */
export async function servePublicPort(
  port: PublicPort,
  { settings, logger, undo }: PublicPortOptions,
): Promise<{ readonly address: string; readonly health: Health }> {
  const { maxStreams, maxStreamsPerConnection } = settings;
  const server = createGrpcServer({
    limits: settings,
    maxStreamsPerConnection,
    interceptors: [connectInterceptor({ connect: port.connect, maxStreams, logger }), unaryInterceptor(port.services)],
  });
  undo.push(() => port.close?.());
  undo.push(() => closeServer(server));
  for (const { definition, implementation } of port.services)
    server.addService(withSizeGuard(definition, settings), implementation);
  const names = port.services.map(({ name }) => name);
  const health = addHealth(server, names);
  addReflection(server, names);
  return { address: await bindServer(server, port.listen, "WEFT_LISTEN"), health };
}
