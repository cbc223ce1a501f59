import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { channelOptions } from "@weft/contracts";

/** A plain grpc-js server on a free port; answers its address. */
export function listen(service: ServiceDefinition, implementation: UntypedServiceImplementation): Promise<string> {
  const server = new Server({ "grpc.enable_channelz": 0 });
  server.addService(service, implementation);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
    );
  });
}

/** The same for every client on grpc-js: no retries, no channelz, a connection of its own. */
export const clientOptions = channelOptions;

/** A unary call as a promise. */
export function promised<Response>(
  call: (done: (error: ServiceError | null, response?: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response as Response) : reject(error)));
  });
}
