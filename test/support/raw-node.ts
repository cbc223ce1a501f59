import { Server, ServerCredentials } from "@grpc/grpc-js";
import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import { NodeServiceService } from "@weft/contracts/node";
import { createNode, registerNode, remoteBackend } from "@weft/discovery";

/** A node that only says what it has: NodeService.GetFunctions by hand, joined to the registry of `meshAddress`. */
export async function joinRawNode(
  meshAddress: string,
  functions: readonly Partial<FunctionConfig>[],
): Promise<{ close(): Promise<void> }> {
  const configs = functions.map((fields) => {
    const config = FunctionConfig.fromPartial({ mode: "sync", ...(fields as object) });
    return { ...config, hash: functionHash(config) };
  });
  const revision = setRevision(configs);
  const server = new Server();
  server.addService(NodeServiceService, {
    getFunctions: (_call: unknown, done: (error: null, answer: object) => void) =>
      done(null, { revision, functions: configs }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const backend = remoteBackend(meshAddress);
  const service = configs[0]?.service ?? "";
  const node = createNode({ service, address: `127.0.0.1:${port}`, incarnation: 1, revision });
  const registrar = registerNode(backend, node);
  return {
    async close() {
      await registrar.deregister();
      backend.close();
      server.forceShutdown();
    },
  };
}
