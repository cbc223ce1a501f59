import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { functionHash, setRevision } from "@weft/contracts";
import { FunctionConfig } from "@weft/contracts/function";
import {
  type ExecuteRequest,
  type ExecuteResponse,
  type GetFunctionsRequest,
  type GetFunctionsResponse,
  NodeServiceService,
  type WatchFunctionsRequest,
  type WatchFunctionsResponse,
} from "@weft/contracts/node";
import { createNode, registerNode, remoteBackend } from "@weft/discovery";

export type RawFunction = Partial<FunctionConfig>;

/** A node made by hand, as one in another language: NodeService.GetFunctions, Execute and, if asked for, WatchFunctions. */
export interface RawNode {
  /** host:port. */
  readonly address: string;
  /** The known_revision of each GetFunctions. */
  readonly asked: readonly string[];
  /** How many hold a watch. */
  readonly watchers: number;
  /** Replaces its set; whoever watches is told. `revision` defaults to one that follows from the functions. */
  publish(functions: readonly RawFunction[], revision?: string): void;
  close(): Promise<void>;
}

export interface RawNodeOptions {
  /** Serves WatchFunctions. */
  readonly canWatch?: boolean;
}

/** Starts a node that is in no registry. Its functions answer with their version and the port of the node. */
export async function startRawNode(
  functions: readonly RawFunction[],
  { canWatch = false }: RawNodeOptions = {},
): Promise<RawNode> {
  const asked: string[] = [];
  const watchers = new Set<ServerWritableStream<WatchFunctionsRequest, WatchFunctionsResponse>>();
  let set = functionSet(functions);
  let port = 0;
  const server = new Server();
  server.addService(NodeServiceService, {
    getFunctions(
      { request }: ServerUnaryCall<GetFunctionsRequest, unknown>,
      done: sendUnaryData<GetFunctionsResponse>,
    ) {
      asked.push(request.knownRevision);
      const isKnown = set.revision !== "" && request.knownRevision === set.revision;
      done(null, isKnown ? { ...set, functions: [] } : set);
    },
    execute({ request }: ServerUnaryCall<ExecuteRequest, unknown>, done: sendUnaryData<ExecuteResponse>) {
      done(null, { resultJson: Buffer.from(JSON.stringify({ version: request.version, port })) });
    },
    ...(canWatch && {
      watchFunctions(call: ServerWritableStream<WatchFunctionsRequest, WatchFunctionsResponse>) {
        watchers.add(call);
        call.on("cancelled", () => watchers.delete(call));
        if (call.request.knownRevision !== set.revision) call.write(set);
      },
    }),
  });
  port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    asked,
    get watchers() {
      return watchers.size;
    },
    publish(replacing, revision) {
      set = functionSet(replacing, revision);
      for (const call of watchers) call.write(set);
    },
    close: async () => server.forceShutdown(),
  };
}

/** The same, joined to the registry of `meshAddress` as one of the first function's service. */
export async function joinRawNode(meshAddress: string, functions: readonly RawFunction[]): Promise<RawNode> {
  const raw = await startRawNode(functions);
  const { revision } = functionSet(functions);
  const backend = remoteBackend(meshAddress);
  const service = functions[0]?.service ?? "";
  const registrar = registerNode(backend, createNode({ service, address: raw.address, incarnation: 1, revision }));
  return {
    ...raw,
    async close() {
      await registrar.deregister();
      backend.close();
      await raw.close();
    },
  };
}

/** Definitions as a node sends them. */
export function rawFunctions(functions: readonly RawFunction[]): FunctionConfig[] {
  return functions.map((fields) => {
    const config = FunctionConfig.fromPartial({ mode: "sync", ...(fields as object) });
    return { ...config, hash: functionHash(config) };
  });
}

function functionSet(functions: readonly RawFunction[], revision?: string): GetFunctionsResponse {
  const configs = rawFunctions(functions);
  return { functions: configs, revision: revision ?? setRevision(configs) };
}
