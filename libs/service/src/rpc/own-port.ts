import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { cannotListen } from "./grpc-server.js";

/** A port that is listened on. */
export interface OwnPort {
  /** With the port that was really taken. */
  readonly address: string;
  /** Takes no further connections; those that are open go on. */
  close(): void;
}

/**
 * Starts listening at a port whose connections reach this process and no other. What grpc-js binds by itself is shared
 * between the workers of a process, port 0 too, and a node must be the one that answers at its address. `setting` is
 * named if it fails.
 */
export async function bindOwnPort(server: Server, address: string, setting: string): Promise<OwnPort> {
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer((connection) => injector.injectConnection(connection));
  const [host, port] = split(address);
  try {
    listener.listen({ host: host.replace(/^\[(.*)\]$/, "$1"), port, exclusive: true });
    await once(listener, "listening");
  } catch (error) {
    throw cannotListen(setting, address, (error as Error).message);
  }
  return {
    address: `${host}:${(listener.address() as AddressInfo).port}`,
    close: () => void listener.close(),
  };
}

function split(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
