import { Server, ServerCredentials } from "@grpc/grpc-js";
import { type BackendHarness, backendContract } from "../testkit/backend-contract.js";
import { createRegistry } from "./registry.js";
import { registryService } from "./registry-service.js";
import { remoteBackend } from "./remote-backend.js";

backendContract("embedded", servedRegistry, { crash: "connection" });

async function servedRegistry(): Promise<BackendHarness> {
  let port = 0;
  let server: Server;

  async function start(): Promise<void> {
    server = new Server();
    server.addService(...registryService(createRegistry()).service);
    port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
  }
  const stop = async () => server.forceShutdown();

  await start();
  return { connect: () => remoteBackend(`127.0.0.1:${port}`), start, stop, close: stop };
}
